//! Days without stock do not bend the level: simulated demand whose truth is known.

use shelfcast_forecast::{
    Availability, FitOptions, Frequency, SeasonalPoolBuilder, Series, fit, lost_sales,
};

const WEEK: [f64; 7] = [0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9];
const DAYS: usize = 420;

/// A uniform number in 0..1 for a key (the finaliser of SplitMix64).
fn uniform(item: u64, day: usize, column: u64) -> f64 {
    let mut word = item << 40 ^ (day as u64) << 12 ^ column;
    for _ in 0..2 {
        word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
    }
    ((word >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn poisson(mean: f64, item: u64, day: usize) -> f64 {
    let (floor, mut product, mut count) = ((-mean).exp(), uniform(item, day, 10), 0.0);
    while product > floor {
        count += 1.0;
        product *= uniform(item, day, 10 + count as u64);
    }
    count
}

/// A retailer's item: what was wanted, what sold, and what the shelf said.
struct Item {
    level: f64,
    wanted: Vec<f64>,
    sold: Vec<f64>,
    availability: Vec<Availability>,
}

impl Item {
    /// `share` of the days begin with too little stock, half of these with none. Demand is
    /// Poisson, its rate a gamma of shape 2 around the level where `restless`.
    fn simulate(item: u64, level: f64, share: f64, restless: bool) -> Self {
        let mut simulated = Self { level, wanted: vec![], sold: vec![], availability: vec![] };
        for day in 0..DAYS {
            let u = |column| uniform(item, day, column);
            let gamma = if restless { -0.5 * (u(1).ln() + u(2).ln()) } else { 1.0 };
            let wanted = poisson(level * WEEK[day % 7] * gamma, item, day);
            let stock = match (u(3) < share, u(4) < 0.5) {
                (false, _) => f64::INFINITY,
                (true, true) => 0.0,
                (true, false) => (1.5 * level * u(5)).ceil(),
            };
            simulated.wanted.push(wanted);
            simulated.sold.push(wanted.min(stock));
            simulated.availability.push(if stock == 0.0 {
                Availability::Missing
            } else if wanted >= stock {
                Availability::Censored
            } else {
                Availability::Observed
            });
        }
        simulated
    }

    fn series(&self) -> Series<'_> {
        Series::new(&self.sold, &self.availability, Frequency::Day, 0).expect("valid test input")
    }
}

/// Mean weekly forecast of many items over their true level, less 1.
fn bias(level: f64, share: f64, restless: bool) -> f64 {
    let items: Vec<Item> =
        (0..150).map(|item| Item::simulate(item, level, share, restless)).collect();
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    items.iter().for_each(|item| pool.add(&item.series()).expect("valid test input"));
    let pool = pool.finish().expect("valid test input");
    let options = FitOptions::new(28).with_pool(&pool);
    let (mut forecast, mut truth) = (0.0, 0.0);
    for item in &items {
        let model = fit(&item.series(), &options).expect("valid test input");
        let ahead = model.forecast(7, None, &[]).expect("valid test input");
        forecast += ahead.mean.iter().sum::<f64>();
        truth += WEEK.iter().sum::<f64>() * item.level;
    }
    forecast / truth - 1.0
}

#[test]
fn stockouts_do_not_bias_forecasts() {
    // 150 items of each class: intermittent, low volume, high volume, each steady and restless. The
    // standard error of a mean over items is about 1 % at worst; the claim is 2 %.
    for level in [0.4, 2.0, 6.0, 25.0] {
        for restless in [false, true] {
            for share in [0.1, 0.3] {
                let found = bias(level, share, restless);
                assert!(found.abs() < 0.02, "level {level} share {share} {restless}: {found:+.4}");
            }
        }
    }
}

#[test]
fn lost_sales_are_what_was_wanted_beyond_sales() {
    let (mut estimated, mut truth, mut within) = (0.0, 0.0, 0);
    for number in 0..200 {
        let item = Item::simulate(number, 4.0, 0.2, true);
        let lost = lost_sales(&item.series(), None);
        let wanted: f64 = item.wanted.iter().zip(&item.sold).map(|(w, s)| w - s).sum();
        estimated += lost.expected;
        truth += wanted;
        within += usize::from((lost.expected - wanted).abs() < 2.0 * lost.deviation);
    }
    assert!((estimated / truth - 1.0).abs() < 0.03, "{estimated} of {truth}");
    // Two standard deviations hold about 95 %; four standard errors of 200 are 6 %.
    assert!((178..=200).contains(&within), "{within}");
}
