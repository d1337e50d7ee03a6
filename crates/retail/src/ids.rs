use crate::RetailError;
use std::fmt;
use std::str::FromStr;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The identifier as the source wrote it, blanks around it removed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = RetailError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text.trim() {
                    "" => Err(RetailError::EmptyId),
                    trimmed => Ok(Self(trimmed.to_owned())),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// One product (stock keeping unit).
    ///
    /// Identifiers of different things cannot be swapped:
    ///
    /// ```compile_fail
    /// use shelfcast_retail::{LocationId, ProductId};
    /// let product: ProductId = "main".parse::<LocationId>().unwrap();
    /// ```
    ProductId
}
identifier! {
    /// One place that holds stock: a store or a warehouse.
    LocationId
}
identifier! {
    /// One supplier.
    SupplierId
}
identifier! {
    /// One customer.
    CustomerId
}
identifier! {
    /// One sale (a receipt with one or more lines).
    SaleId
}
identifier! {
    /// One purchase order.
    OrderId
}

impl LocationId {
    /// The place of a retailer that names none.
    pub fn main() -> Self {
        Self("main".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_an_identifier_are_not_part_of_it() {
        assert_eq!(" 85123A ".parse::<ProductId>().unwrap().as_str(), "85123A");
        assert_eq!("  ".parse::<ProductId>(), Err(RetailError::EmptyId));
    }
}
