use crate::random::{hash, uniform};
use crate::shelves::{Shelves, UNIT};
use crate::{
    ActualLeadTimes, Outcome, Past, PlacedOrder, Planner, ReplayError, ReplayItem, Terms, View,
};
use shelfcast_forecast::Availability;
use shelfcast_inventory::Unmet;
use shelfcast_retail::{Day, Quantity};

/// Which days are played, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayOptions {
    /// The first day that is played.
    pub first: Day,
    /// The last one.
    pub last: Day,
    /// The first day that counts: before it a policy only takes over the stock it found.
    pub measure_from: Day,
    /// Periods after which planners look at all items anew.
    pub choose_every: u32,
    /// Threads to play on; results do not depend on it.
    pub threads: usize,
}

impl ReplayOptions {
    /// All days count, models are chosen every four weeks of days, one thread.
    pub fn new(first: Day, last: Day) -> Self {
        Self { first, last, measure_from: first, choose_every: 28, threads: 1 }
    }
}

/// Plays a planner's orders day by day; outcomes are in the order of the items.
///
/// # Errors
/// No day, an item whose demand does not reach over the replay or is no demand, and what the
/// planner refuses.
pub fn replay<P: Planner>(
    items: &[ReplayItem],
    planner: &P,
    options: &ReplayOptions,
) -> Result<Vec<Outcome>, ReplayError> {
    let ReplayOptions { first, last, threads, .. } = *options;
    if last < first {
        return Err(ReplayError::NoDays { first, last });
    }
    let mut players = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        item.truth.check(&item.terms.id, first, last)?;
        players.push(Player::new(index, item, options)?);
    }
    let mut day = first;
    while day <= last {
        let until = day.plus(options.choose_every.max(1).cast_signed() - 1).min(last);
        let pasts: Vec<Past<'_>> = players.iter().map(Player::past).collect();
        let states = planner.choose(&pasts, threads)?;
        let mut playing: Vec<(Player<'_>, P::State)> = players.into_iter().zip(states).collect();
        in_parallel(&mut playing, threads, |(player, state)| {
            player.play(planner, state, (day, until), options)
        })?;
        players = playing.into_iter().map(|(player, _)| player).collect();
        day = until.plus(1);
    }
    Ok(players.into_iter().map(|player| player.finish(options)).collect())
}

/// Does the same to every element, on some threads; the first error in the list's order stands.
pub(crate) fn in_parallel<T: Send, R: Send>(
    items: &mut [T],
    threads: usize,
    work: impl Fn(&mut T) -> Result<R, ReplayError> + Sync,
) -> Result<Vec<R>, ReplayError> {
    let share = items.len().div_ceil(threads.max(1)).max(1);
    if share >= items.len() {
        return items.iter_mut().map(work).collect();
    }
    let work = &work;
    let done: Vec<Result<Vec<R>, ReplayError>> = std::thread::scope(|scope| {
        let running: Vec<_> = items
            .chunks_mut(share)
            .map(|part| scope.spawn(move || part.iter_mut().map(work).collect()))
            .collect();
        let results = running.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    });
    let mut all = Vec::with_capacity(items.len());
    for part in done {
        all.extend(part?);
    }
    Ok(all)
}

/// One item under way.
struct Player<'a> {
    index: usize,
    terms: &'a Terms,
    item: &'a ReplayItem,
    shelves: Shelves,
    units: Vec<f64>,
    availability: Vec<Availability>,
    next_review: Day,
    /// Days from which on each possible order could be sold.
    receipts: Vec<Day>,
    /// Whether demand was left unmet, by played day.
    short: Vec<bool>,
    outcome: Outcome,
}

impl<'a> Player<'a> {
    fn new(
        index: usize,
        item: &'a ReplayItem,
        options: &ReplayOptions,
    ) -> Result<Self, ReplayError> {
        let ReplayItem { terms, truth } = item;
        let before = truth.index(options.first).unwrap_or(0);
        let availability = match truth.availability.get(..before) {
            Some(known) if !truth.availability.is_empty() => known.to_vec(),
            _ => vec![Availability::Observed; before],
        };
        let next_review = terms.calendar.order_day_from(options.first).map_err(|source| {
            let (id, order_on) = (terms.id.clone(), options.first);
            ReplayError::Plan { id, order_on, source }
        })?;
        Ok(Self {
            index,
            terms,
            item,
            shelves: Shelves::new(terms, truth, options.first),
            units: truth.demand[..before].to_vec(),
            availability,
            next_review,
            receipts: Vec::new(),
            short: Vec::new(),
            outcome: Outcome {
                id: terms.id.clone(),
                class: terms.class.clone(),
                order_group: terms.order_group.clone(),
                unit_cost: terms.economics.unit_cost.map_or(0.0, |cost| cost.to_f64().max(0.0)),
                unit_margin: terms.economics.unit_margin().map_or(0.0, |margin| margin.to_f64()),
                is_backordered: terms.strategy.unmet == Unmet::Backordered,
                ..Outcome::default()
            },
        })
    }

    fn past(&self) -> Past<'_> {
        Past {
            terms: self.terms,
            first_day: self.item.truth.first_day,
            units: &self.units,
            availability: &self.availability,
        }
    }

    fn play<P: Planner>(
        &mut self,
        planner: &P,
        state: &mut P::State,
        (from, until): (Day, Day),
        options: &ReplayOptions,
    ) -> Result<(), ReplayError> {
        let mut day = from;
        while day <= until {
            self.order(planner, state, day, options)?;
            self.sell(day, options);
            planner.learn(state, &self.past())?;
            day = day.plus(1);
        }
        Ok(())
    }

    fn order<P: Planner>(
        &mut self,
        planner: &P,
        state: &mut P::State,
        day: Day,
        options: &ReplayOptions,
    ) -> Result<(), ReplayError> {
        let is_review = day >= self.next_review && self.terms.calendar.takes_orders(day);
        let arrived_on = self.sellable_on(day, options.first);
        if is_review {
            self.receipts.push(arrived_on);
            let next = self.terms.calendar.order_day_after(day);
            let refused =
                |source| ReplayError::Plan { id: self.terms.id.clone(), order_on: day, source };
            self.next_review = next.map_err(refused)?;
        }
        if !is_review && !planner.is_asked_daily() {
            return Ok(());
        }
        let position = self.shelves.position();
        let view = View { index: self.index, past: self.past(), position: &position };
        let quantity = planner.order(state, &view)?;
        if quantity > Quantity::ZERO {
            let typical = self.terms.lead_time.typical();
            let expected_on = self.terms.calendar.sellable_on(day, typical);
            self.shelves.place(arrived_on, expected_on, quantity);
            self.outcome.orders.push(PlacedOrder { ordered_on: day, arrived_on, quantity });
            self.outcome.measured_orders += u32::from(day >= options.measure_from);
        }
        Ok(())
    }

    fn sellable_on(&self, day: Day, first: Day) -> Day {
        let days = match &self.item.truth.lead_time_days {
            ActualLeadTimes::Always(days) => *days,
            ActualLeadTimes::Drawn(law) => {
                let group = match self.terms.order_group.as_str() {
                    "" => self.terms.id.as_str(),
                    group => group,
                };
                law.quantile(uniform(hash(group), day.epoch_days().cast_unsigned().into(), 7))
            }
            ActualLeadTimes::ByDay(days) => {
                let index = day.days_since(first).max(0).unsigned_abs() as usize;
                days.get(index).or(days.last()).copied().unwrap_or(self.terms.lead_time.typical())
            }
        };
        self.terms.calendar.sellable_on(day, days)
    }

    fn sell(&mut self, day: Day, options: &ReplayOptions) {
        if day == options.measure_from {
            self.outcome.opening_units = self.shelves.on_hand() as f64 / UNIT;
        }
        let index = self.item.truth.index(day).unwrap_or(usize::MAX);
        let wanted = self.item.truth.demand.get(index).copied().unwrap_or(0.0);
        let closed = self.shelves.pass(day, wanted);
        self.short.push(closed.met < closed.demand);
        // Customers who wait are written down; those who leave are not.
        let learnt = if self.outcome.is_backordered { closed.demand } else { closed.met };
        self.units.push(learnt as f64 / UNIT);
        self.availability.push(closed.availability);
        if day >= options.measure_from {
            let outcome = &mut self.outcome;
            outcome.days += 1;
            outcome.demand_units += closed.demand as f64 / UNIT;
            outcome.met_units += closed.met as f64 / UNIT;
            outcome.stock_unit_days += closed.on_hand as f64 / UNIT;
            outcome.written_off_units += closed.written_off as f64 / UNIT;
            outcome.closing_units = closed.on_hand as f64 / UNIT;
            outcome.short_days += u32::from(closed.availability != Availability::Observed);
        }
    }

    fn finish(mut self, options: &ReplayOptions) -> Outcome {
        self.receipts.sort_unstable();
        self.receipts.dedup();
        for pair in self.receipts.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            if from < options.measure_from || to > options.last.plus(1) {
                continue;
            }
            let place = |day: Day| day.days_since(options.first).max(0).unsigned_abs() as usize;
            let is_short = self.short[place(from)..place(to)].contains(&true);
            self.outcome.cycles += 1;
            self.outcome.cycles_served += u32::from(!is_short);
        }
        self.outcome
    }
}
