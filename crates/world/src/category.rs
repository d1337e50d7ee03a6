//! The assortment a simulated shop chooses from, and how each category behaves.

/// One kind of goods: its names, its prices and the shape of its demand.
#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) name: &'static str,
    pub(crate) brands: [&'static str; 5],
    pub(crate) variants: [&'static str; 4],
    /// Name, size and typical price in cents.
    pub(crate) goods: &'static [(&'static str, &'static str, u32)],
    pub(crate) unit: &'static str,
    /// Units in a supplier's pack.
    pub(crate) pack_sizes: &'static [u32],
    pub(crate) shelf_life_days: Option<u32>,
    /// Lowest and highest (price - cost) / price.
    pub(crate) margin: (f64, f64),
    /// Demand by weekday, Monday first; the mean is 1.
    pub(crate) weekday: [f64; 7],
    /// Day of the year on which the yearly wave is highest.
    pub(crate) peak_day: f64,
    /// Height of the yearly wave above its mean.
    pub(crate) wave: f64,
    /// How many times more is wanted just before Christmas, on top of the wave.
    pub(crate) christmas: f64,
    /// How often its products rank among the popular ones.
    pub(crate) pull: f64,
    /// Share of the units sold that customers bring back.
    pub(crate) return_share: f64,
    /// Weekdays on which its suppliers take orders, Monday = 0.
    pub(crate) order_weekdays: &'static [u8],
    /// Lowest and highest lead time its suppliers state, in days.
    pub(crate) lead_time_days: (u32, u32),
}

const FRESH_WEEK: [f64; 7] = [0.90, 0.85, 0.90, 0.95, 1.15, 1.40, 0.85];
const GROCERY_WEEK: [f64; 7] = [0.85, 0.80, 0.85, 0.95, 1.20, 1.45, 0.90];
const LEISURE_WEEK: [f64; 7] = [0.65, 0.65, 0.75, 0.85, 1.10, 1.80, 1.20];
const EVEN_WEEK: [f64; 7] = [1.05, 1.00, 1.00, 1.00, 1.05, 1.15, 0.75];

/// Every category; their order is part of what a seed means.
pub(crate) const CATEGORIES: &[Category] = &[
    Category {
        name: "Dairy",
        brands: ["Meadowbrook", "Hillcrest Farm", "Alder Creek", "Highfield", "Buttercup Lane"],
        variants: ["Classic", "Organic", "Light", "Lactose-Free"],
        goods: &[
            ("Whole Milk", "1 L", 129),
            ("Whole Milk", "2 L", 229),
            ("Semi-Skimmed Milk", "1 L", 119),
            ("Natural Yoghurt", "500 g", 149),
            ("Strawberry Yoghurt", "4 x 125 g", 199),
            ("Salted Butter", "250 g", 249),
            ("Mature Cheddar", "350 g", 389),
            ("Mozzarella", "125 g", 129),
            ("Cottage Cheese", "300 g", 169),
            ("Single Cream", "300 ml", 139),
        ],
        unit: "piece",
        pack_sizes: &[6, 12],
        shelf_life_days: Some(18),
        margin: (0.18, 0.28),
        weekday: FRESH_WEEK,
        peak_day: 180.0,
        wave: 0.05,
        christmas: 0.25,
        pull: 4.0,
        return_share: 0.0,
        order_weekdays: &[0, 2, 4],
        lead_time_days: (1, 2),
    },
    Category {
        name: "Bakery",
        brands: ["Old Mill", "Golden Crust", "Baker Street", "Wheatsheaf", "Hearth & Stone"],
        variants: ["White", "Wholemeal", "Seeded", "Sourdough"],
        goods: &[
            ("Sandwich Loaf", "800 g", 149),
            ("Small Loaf", "400 g", 109),
            ("Bread Rolls", "6 pack", 139),
            ("Burger Buns", "4 pack", 129),
            ("Baguette", "300 g", 119),
            ("Bagels", "5 pack", 179),
            ("Pitta Bread", "6 pack", 95),
            ("Tortilla Wraps", "8 pack", 159),
        ],
        unit: "piece",
        pack_sizes: &[4, 6],
        shelf_life_days: Some(9),
        margin: (0.28, 0.42),
        weekday: FRESH_WEEK,
        peak_day: 200.0,
        wave: 0.04,
        christmas: 0.15,
        pull: 4.0,
        return_share: 0.0,
        order_weekdays: &[0, 1, 2, 3, 4, 5],
        lead_time_days: (1, 1),
    },
    Category {
        name: "Drinks",
        brands: ["Clearwater", "Sunpress", "Orchard Row", "Northern Spring", "Fizzwick"],
        variants: ["Original", "No Added Sugar", "Organic", "Premium"],
        goods: &[
            ("Cola", "1.5 L", 159),
            ("Sparkling Water", "1.5 L", 79),
            ("Orange Juice", "1 L", 229),
            ("Apple Juice", "1 L", 189),
            ("Iced Tea", "1 L", 149),
            ("Energy Drink", "500 ml", 139),
            ("Lemonade", "2 L", 169),
            ("Ginger Ale", "6 x 250 ml", 329),
            ("Squash Cordial", "750 ml", 199),
        ],
        unit: "bottle",
        pack_sizes: &[6, 12, 24],
        shelf_life_days: None,
        margin: (0.25, 0.40),
        weekday: GROCERY_WEEK,
        peak_day: 196.0,
        wave: 0.35,
        christmas: 0.6,
        pull: 3.0,
        return_share: 0.001,
        order_weekdays: &[1, 4],
        lead_time_days: (2, 4),
    },
    Category {
        name: "Snacks",
        brands: ["Crispwell", "Nutty Bay", "Cocoa & Co", "Harvest Bites", "Little Oven"],
        variants: ["Classic", "Lightly Salted", "Organic", "Reduced Fat"],
        goods: &[
            ("Crisps", "150 g", 189),
            ("Crisps", "6 pack", 229),
            ("Mixed Nuts", "200 g", 349),
            ("Popcorn", "90 g", 149),
            ("Oat Biscuits", "300 g", 179),
            ("Rice Cakes", "130 g", 139),
            ("Cereal Bars", "5 pack", 219),
            ("Pretzels", "175 g", 169),
            ("Crackers", "200 g", 129),
        ],
        unit: "piece",
        pack_sizes: &[8, 12, 24],
        shelf_life_days: None,
        margin: (0.28, 0.42),
        weekday: GROCERY_WEEK,
        peak_day: 340.0,
        wave: 0.10,
        christmas: 0.8,
        pull: 3.0,
        return_share: 0.001,
        order_weekdays: &[0, 3],
        lead_time_days: (3, 5),
    },
    Category {
        name: "Household",
        brands: ["Brightside", "Pureline", "Fresh Linen", "Tidy Home", "Evergleam"],
        variants: ["Lavender", "Citrus", "Unscented", "Eco"],
        goods: &[
            ("Washing-Up Liquid", "500 ml", 149),
            ("Laundry Detergent", "1.5 L", 699),
            ("Fabric Softener", "1 L", 299),
            ("All-Purpose Cleaner", "750 ml", 249),
            ("Dishwasher Tablets", "40 pack", 799),
            ("Toilet Cleaner", "750 ml", 199),
            ("Kitchen Wipes", "60 pack", 229),
            ("Bin Liners", "30 pack", 279),
            ("Floor Cleaner", "1 L", 329),
        ],
        unit: "piece",
        pack_sizes: &[6, 12],
        shelf_life_days: None,
        margin: (0.30, 0.45),
        weekday: GROCERY_WEEK,
        peak_day: 95.0,
        wave: 0.06,
        christmas: 0.0,
        pull: 1.5,
        return_share: 0.004,
        order_weekdays: &[1],
        lead_time_days: (4, 7),
    },
    Category {
        name: "Personal Care",
        brands: ["Silvan", "Aloe & Oat", "Daily Ritual", "Seabreeze", "Nordpine"],
        variants: ["Sensitive", "Moisturising", "Fresh Mint", "Aloe"],
        goods: &[
            ("Shampoo", "400 ml", 399),
            ("Conditioner", "400 ml", 399),
            ("Shower Gel", "250 ml", 249),
            ("Hand Soap", "300 ml", 189),
            ("Toothpaste", "100 ml", 229),
            ("Mouthwash", "500 ml", 349),
            ("Deodorant", "150 ml", 299),
            ("Body Lotion", "400 ml", 549),
            ("Shaving Foam", "200 ml", 279),
        ],
        unit: "piece",
        pack_sizes: &[6, 12],
        shelf_life_days: None,
        margin: (0.35, 0.50),
        weekday: EVEN_WEEK,
        peak_day: 190.0,
        wave: 0.06,
        christmas: 0.2,
        pull: 1.2,
        return_share: 0.006,
        order_weekdays: &[2],
        lead_time_days: (4, 7),
    },
    Category {
        name: "Pet Care",
        brands: ["Waggle", "Whiskerwood", "Good Paws", "Hedgerow", "Pawsome Pantry"],
        variants: ["Chicken", "Salmon", "Beef", "Turkey"],
        goods: &[
            ("Dry Dog Food", "2.5 kg", 1_149),
            ("Dry Dog Food", "10 kg", 3_299),
            ("Wet Dog Food", "6 x 400 g", 749),
            ("Dry Cat Food", "1.5 kg", 899),
            ("Wet Cat Food", "12 x 85 g", 599),
            ("Dog Treats", "200 g", 299),
            ("Cat Treats", "60 g", 169),
            ("Puppy Food", "2 kg", 1_249),
        ],
        unit: "piece",
        pack_sizes: &[4, 6],
        shelf_life_days: None,
        margin: (0.28, 0.40),
        weekday: EVEN_WEEK,
        peak_day: 10.0,
        wave: 0.04,
        christmas: 0.1,
        pull: 1.0,
        return_share: 0.006,
        order_weekdays: &[3],
        lead_time_days: (5, 8),
    },
    Category {
        name: "Stationery",
        brands: ["Inkwell", "Paper Lantern", "Draft & Fold", "Bluebird", "Margin"],
        variants: ["Blue", "Black", "Pastel", "Recycled"],
        goods: &[
            ("Ballpoint Pens", "10 pack", 349),
            ("Gel Pens", "4 pack", 449),
            ("Notebook", "A5", 399),
            ("Notebook", "A4", 549),
            ("Sticky Notes", "6 pack", 429),
            ("Ring Binder", "A4", 299),
            ("Highlighters", "5 pack", 379),
            ("Gift Wrap", "4 m", 349),
            ("Desk Planner", "A4", 999),
        ],
        unit: "piece",
        pack_sizes: &[4, 6, 10],
        shelf_life_days: None,
        margin: (0.42, 0.58),
        weekday: EVEN_WEEK,
        peak_day: 245.0,
        wave: 0.45,
        christmas: 0.5,
        pull: 0.7,
        return_share: 0.010,
        order_weekdays: &[0],
        lead_time_days: (5, 10),
    },
    Category {
        name: "Toys",
        brands: ["Tinker Tree", "Puzzlewood", "Happy Fox", "Blockhouse", "Moonbeam"],
        variants: ["Junior", "Deluxe", "Travel", "Family"],
        goods: &[
            ("Wooden Blocks", "60 pieces", 2_499),
            ("Jigsaw Puzzle", "500 pieces", 1_299),
            ("Board Game", "2-6 players", 2_199),
            ("Card Game", "2-4 players", 899),
            ("Toy Train", "12 pieces", 2_999),
            ("Modelling Clay", "8 colours", 699),
            ("Soft Toy Bear", "30 cm", 1_599),
            ("Science Kit", "20 experiments", 2_699),
            ("Marble Run", "45 pieces", 1_999),
        ],
        unit: "piece",
        pack_sizes: &[2, 4],
        shelf_life_days: None,
        margin: (0.38, 0.52),
        weekday: LEISURE_WEEK,
        peak_day: 330.0,
        wave: 0.25,
        christmas: 2.5,
        pull: 0.5,
        return_share: 0.030,
        order_weekdays: &[2],
        lead_time_days: (7, 14),
    },
    Category {
        name: "Garden",
        brands: ["Greenhand", "Thorn & Thistle", "Rootwell", "Summerhouse", "Spade & Sparrow"],
        variants: ["Classic", "Everyday", "Premium", "Professional"],
        goods: &[
            ("Potting Compost", "40 L", 749),
            ("Plant Food", "1 L", 549),
            ("Garden Hose", "15 m", 1_899),
            ("Hand Trowel", "30 cm", 799),
            ("Pruning Shears", "20 cm", 1_499),
            ("Watering Can", "10 L", 1_299),
            ("Bird Seed", "5 kg", 899),
            ("Garden Gloves", "medium", 499),
            ("Terracotta Pot", "25 cm", 999),
        ],
        unit: "piece",
        pack_sizes: &[2, 4, 6],
        shelf_life_days: None,
        margin: (0.36, 0.50),
        weekday: LEISURE_WEEK,
        peak_day: 140.0,
        wave: 0.75,
        christmas: 0.0,
        pull: 0.6,
        return_share: 0.020,
        order_weekdays: &[1],
        lead_time_days: (6, 12),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_category_is_complete_and_sane() {
        let names: BTreeSet<_> = CATEGORIES.iter().map(|category| category.name).collect();
        assert_eq!(names.len(), CATEGORIES.len());
        for category in CATEGORIES {
            let name = category.name;
            let week: f64 = category.weekday.iter().sum();
            assert!((week - 7.0).abs() < 1e-9, "{name}: the weekdays sum to {week}");
            assert!(category.margin.0 > 0.0 && category.margin.1 < 1.0, "{name}");
            assert!((0.0..1.0).contains(&category.wave), "{name}");
            assert!(category.order_weekdays.is_sorted(), "{name}");
            assert!(category.order_weekdays.iter().all(|day| *day < 7), "{name}");
            assert!(category.lead_time_days.0 <= category.lead_time_days.1, "{name}");
            let goods: BTreeSet<_> = category.goods.iter().map(|good| (good.0, good.1)).collect();
            assert_eq!(goods.len(), category.goods.len(), "{name}");
        }
    }
}
