//! A fitted state: everything needed to say what is expected and how surely.

use crate::bytes::{Reader, Writer};
use crate::combination::Weights;
use crate::effects::Effects;
use crate::member::Member;
use crate::outlook::{Outlook, Spread};
use crate::{Method, StateError};

/// Most members of a combination.
const MOST_MEMBERS: usize = 16;

/// Weighted members and the spread around their mean; no member expects nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predictive {
    pub(crate) members: Vec<Member>,
    pub(crate) weights: Weights,
    pub(crate) spread: Spread,
    /// Demand takes whole numbers only.
    pub(crate) whole: bool,
}

impl Predictive {
    pub(crate) fn no_demand() -> Self {
        Self { members: vec![], weights: Weights::none(), spread: Spread::None, whole: true }
    }

    /// The only member's method, or that they are combined.
    pub(crate) fn method(&self) -> Method {
        match &self.members[..] {
            [] => Method::NoDemand,
            [only] => only.method(),
            _ => Method::Combination,
        }
    }

    /// Expected values of the `horizon` periods after the history, multiplied by `effects`.
    pub(crate) fn means(&self, horizon: usize, effects: &Effects) -> Vec<f64> {
        let members: Vec<(Method, Vec<f64>)> =
            self.members.iter().map(|member| (member.method(), member.means(horizon))).collect();
        let mut means = self.weights.combine(&members, horizon);
        let steps = means.iter_mut().enumerate();
        steps.for_each(|(step, mean)| *mean = (*mean * effects.factor(step)).max(0.0));
        means
    }

    /// The distribution of each of these periods, of a model fitted for `fitted`.
    pub(crate) fn outlook(&self, horizon: usize, effects: Effects, fitted: usize) -> Outlook {
        let means = self.means(horizon, &effects);
        Outlook::beyond(means, effects, self.spread.clone(), self.whole, fitted)
    }

    /// Learns one more observed period; `false`, and nothing learnt, where a member has to see the
    /// whole history again.
    pub(crate) fn update(&mut self, units: f64) -> bool {
        let mut updated = self.members.clone();
        let all = updated.iter_mut().all(|member| member.update(units));
        if all {
            self.members = updated;
        }
        all
    }

    /// Estimates by name: those of a single member, or each member's mean weight.
    pub(crate) fn named(&self) -> Vec<(&'static str, f64)> {
        match &self.members[..] {
            [only] => only.named(),
            members => members
                .iter()
                .map(|member| (member.method().as_str(), self.weights.mean_of(member.method())))
                .collect(),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.members.len());
        self.members.iter().for_each(|member| member.write(writer));
        self.weights.write(writer);
        writer.byte(u8::from(self.whole));
        self.spread.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let count = reader.count(MOST_MEMBERS)?;
        Ok(Self {
            members: (0..count).map(|_| Member::read(reader)).collect::<Result<_, _>>()?,
            weights: Weights::read(reader)?,
            whole: reader.flag()?,
            spread: Spread::read(reader)?,
        })
    }
}
