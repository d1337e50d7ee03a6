//! Invented people: names and addresses come from the `fake` crate.

use crate::random::{self, Purpose, Streams};
use crate::{Customer, WorldConfig};
use fake::Fake;
use fake::faker::address::raw::{CityPrefix, CitySuffix, StateAbbr};
use fake::faker::internet::raw::SafeEmail;
use fake::faker::name::raw::{FirstName, Name};
use fake::faker::phone_number::raw::PhoneNumber;
use fake::locales::EN;
use rand::{Rng, RngExt};

/// What one person says about themselves.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) gender: &'static str,
    pub(crate) age: u32,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) segment: &'static str,
}

impl Person {
    pub(crate) fn draw(rng: &mut impl Rng) -> Self {
        Self {
            name: Name(EN).fake_with_rng(rng),
            gender: random::one_of(rng, &["Female", "Male"]),
            age: rng.random_range(18..=80),
            email: SafeEmail(EN).fake_with_rng(rng),
            phone: PhoneNumber(EN).fake_with_rng(rng),
            address: address(rng),
            segment: random::one_of(rng, &["First-time", "Regular", "VIP"]),
        }
    }
}

fn address(rng: &mut impl Rng) -> String {
    let city = city(rng);
    let state: String = StateAbbr(EN).fake_with_rng(rng);
    format!("{city}, {state}, {:05}", rng.random_range(501..100_000))
}

fn city(rng: &mut impl Rng) -> String {
    let person: String = FirstName(EN).fake_with_rng(rng);
    let suffix: String = CitySuffix(EN).fake_with_rng(rng);
    if random::chance(rng, 0.5) {
        return format!("{person}{suffix}");
    }
    let prefix: String = CityPrefix(EN).fake_with_rng(rng);
    format!("{prefix} {person}{suffix}")
}

/// The known customers; six in ten joined before the history, the rest during it.
pub(crate) fn customers(config: &WorldConfig, streams: Streams) -> Vec<Customer> {
    (0..config.customers).map(|index| customer(config, streams, index)).collect()
}

fn customer(config: &WorldConfig, streams: Streams, index: u32) -> Customer {
    let mut rng = streams.of(Purpose::Customer, index, 0);
    let person = Person::draw(&mut rng);
    let joined = if random::chance(&mut rng, 0.6) {
        -rng.random_range(1..=1_500)
    } else {
        rng.random_range(0..config.days) as i32
    };
    Customer {
        number: index + 1,
        name: person.name,
        gender: person.gender,
        age: person.age,
        email: person.email,
        phone: person.phone,
        address: person.address,
        segment: person.segment,
        joined_on: config.first_day().plus(joined),
        place: (index % config.places) as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_does_not_depend_on_how_many_there_are() {
        let few = WorldConfig { customers: 3, ..WorldConfig::shop(9) };
        let many = WorldConfig { customers: 40, ..few };
        assert_eq!(customers(&few, Streams::new(9)), customers(&many, Streams::new(9))[..3]);
    }

    #[test]
    fn people_are_complete_and_their_mail_goes_nowhere() {
        let config = WorldConfig { customers: 200, ..WorldConfig::shop(9) };
        for customer in customers(&config, Streams::new(9)) {
            assert!(!customer.name.is_empty() && !customer.phone.is_empty());
            let domain = customer.email.split_once('@').map(|(_, domain)| domain);
            let reserved = ["example.com", "example.net", "example.org"];
            assert!(domain.is_some_and(|domain| reserved.contains(&domain)), "{}", customer.email);
            assert_eq!(customer.address.split(", ").count(), 3, "{}", customer.address);
            assert!((18..=80).contains(&customer.age));
        }
    }
}
