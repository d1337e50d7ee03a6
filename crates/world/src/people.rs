//! Invented people: names and addresses come from the `fake` crate.

use crate::patrons::Patron;
use crate::random::{self, Purpose};
use crate::{Customer, World};
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

/// A customer with name and address; the segment is what the visits made of them.
pub(crate) fn customer(world: &World, place: usize, patron: usize, who: &Patron) -> Customer {
    let number = world.places()[place].first_customer + patron as u32;
    let person = Person::draw(&mut world.streams().of(Purpose::Person, number, 0));
    Customer {
        number,
        name: person.name,
        gender: person.gender,
        age: person.age,
        email: person.email,
        phone: person.phone,
        address: person.address,
        segment: who.segment,
        joined_on: who.joined,
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WorldConfig;

    #[test]
    fn people_are_complete_and_their_mail_goes_nowhere() {
        let world = World::new(WorldConfig { customers: 200, ..WorldConfig::shop(9) }).unwrap();
        for customer in (0..2).flat_map(|place| world.customers(place)) {
            assert!(!customer.name.is_empty() && !customer.phone.is_empty());
            let domain = customer.email.split_once('@').map(|(_, domain)| domain);
            let reserved = ["example.com", "example.net", "example.org"];
            assert!(domain.is_some_and(|domain| reserved.contains(&domain)), "{}", customer.email);
            assert_eq!(customer.address.split(", ").count(), 3, "{}", customer.address);
            assert!((18..=80).contains(&customer.age));
        }
    }
}
