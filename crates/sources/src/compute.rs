//! Columns that are computed from others.

mod decimal;
mod parse;

use crate::{NumberFormat, SourceError};
use decimal::Decimal;
use parse::Parser;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Arithmetic over the columns of a row: `quantity * unit_price`.
///
/// There are `+ - * /`, brackets, numbers, texts in single quotes, and names: bare
/// words, or anything in backticks. Functions are `round(x)`, `round(x, digits)`
/// (half to even), `exp(x)`, `ln(x)`, `abs(x)`, `sign(x)`, `min(x, ...)`, `max(x, ...)`,
/// `concat(text, ...)` and `decode(x, value, result, ..., otherwise)`: the result behind the
/// first value that x is, as a number or as a text in whatever case, else the last.
///
/// Numbers are exact, with up to twelve decimals; what has more (a quotient, an
/// exponential, an operand such as `4.4e-16`) is rounded half to even. Of a blank operand nothing
/// is computed: the result is blank, but that of `decode` is its last. What cannot be computed is told in the result, so that
/// the row's contract refuses it with what was found: the text of an operand that
/// is no number, `12 / 0`, `ln(-1)`, or the numbers that are too large together.
///
/// ```
/// use shelfcast_sources::{Expression, NumberFormat};
/// let compute = |text: &str, operands: &[&str]| {
///     Ok::<_, shelfcast_sources::SourceError>(
///         Expression::parse(text)?.evaluate(operands, NumberFormat::default()),
///     )
/// };
/// assert_eq!(compute("quantity * unit_price", &["3", "13.75"])?, "41.25");
/// assert_eq!(compute("round(exp(logmove))", &["9.018695487934"])?, "8256");
/// assert_eq!(compute("concat(`Store No`, '-', item)", &["7", "A1"])?, "7-A1");
/// assert_eq!(compute("total - profit", &["1.25", "4.4e-16"])?, "1.25");
/// assert_eq!(compute("decode(type, 'refund', -qty, qty)", &["Refund", "2"])?, "-2");
/// assert_eq!(compute("a / b", &["1", "0"])?, "1 / 0");
/// assert_eq!(compute("a / b", &["1", ""])?, "");
/// # Ok::<(), shelfcast_sources::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    operations: Vec<Operation>,
    names: Vec<String>,
    /// Whether each of the names stands in backticks.
    quoted: Vec<bool>,
}

/// A step on a stack of values.
#[derive(Debug, Clone, PartialEq)]
enum Operation {
    Number(Decimal),
    Text(String),
    Operand(usize),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Round(u32),
    Call(Function, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Round,
    Exp,
    Ln,
    Abs,
    Sign,
    Min,
    Max,
    Concat,
    Decode,
}

impl Function {
    const ALL: [Self; 9] = [
        Self::Round,
        Self::Exp,
        Self::Ln,
        Self::Abs,
        Self::Sign,
        Self::Min,
        Self::Max,
        Self::Concat,
        Self::Decode,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Abs => "abs",
            Self::Sign => "sign",
            Self::Min => "min",
            Self::Max => "max",
            Self::Concat => "concat",
            Self::Decode => "decode",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.as_str() == name)
    }

    /// What arguments are allowed, where it does not take so many.
    fn refuses(self, n_arguments: usize) -> Option<&'static str> {
        let (is_allowed, allowed) = match self {
            Self::Round => (n_arguments <= 2, "one number, or a number and its digits"),
            Self::Exp | Self::Ln | Self::Abs | Self::Sign => (n_arguments == 1, "one number"),
            Self::Min | Self::Max | Self::Concat => (true, "one value or more"),
            Self::Decode => (
                n_arguments >= 4 && n_arguments.is_multiple_of(2),
                "what is looked at, values each with its result, and what it is otherwise",
            ),
        };
        (!is_allowed).then_some(allowed)
    }
}

/// The text of a column in a row, and how it writes numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operand<'a> {
    pub(crate) text: &'a str,
    pub(crate) numbers: NumberFormat,
}

/// What stands on the stack.
enum Value<'a> {
    Blank,
    Number(Decimal),
    Text(Cow<'a, str>, NumberFormat),
    /// What stands in the way of a result, and becomes it.
    Refused(String),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Text that is none: at which character, what is there and what may be.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let Parser { operations, names, quoted, .. } = Parser::parse(text)?;
        Ok(Self { operations, names, quoted })
    }

    /// The names that it needs in the order of the text, each once; one that stands bare and in
    /// backticks is two.
    pub fn operands(&self) -> &[String] {
        &self.names
    }

    /// The names, and whether each stands in backticks, where it is a header first.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&String, bool)> {
        self.names.iter().zip(self.quoted.iter().copied())
    }

    /// The result for one row. `operands` are the texts of [`operands`](Self::operands),
    /// in that order; one that is missing counts as blank.
    pub fn evaluate(&self, operands: &[&str], numbers: NumberFormat) -> String {
        let operands: Vec<Operand<'_>> =
            operands.iter().map(|text| Operand { text, numbers }).collect();
        self.compute(&operands)
    }

    pub(crate) fn compute(&self, operands: &[Operand<'_>]) -> String {
        let mut stack: Vec<Value<'_>> = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            let value = match operation {
                Operation::Number(number) => Value::Number(*number),
                Operation::Text(text) => Value::text(text),
                Operation::Operand(index) => operands.get(*index).map_or(Value::Blank, read),
                Operation::Negate => unary(pop(&mut stack), "-", Decimal::negate),
                Operation::Round(digits) => {
                    unary(pop(&mut stack), "round", |number| Some(number.round(*digits)))
                }
                Operation::Call(function, n_arguments) => {
                    let first = stack.len().saturating_sub(*n_arguments);
                    call(*function, stack.split_off(first))
                }
                Operation::Add => binary(&mut stack, '+', Decimal::add),
                Operation::Subtract => {
                    binary(&mut stack, '-', |left, right| left.add(right.negate()?))
                }
                Operation::Multiply => binary(&mut stack, '*', Decimal::multiply),
                Operation::Divide => binary(&mut stack, '/', Decimal::divide),
            };
            stack.push(value);
        }
        pop(&mut stack).into_text()
    }
}

impl<'a> Value<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text), NumberFormat::default())
    }

    /// Text as the number that it is.
    fn into_number(self) -> Self {
        match self {
            Self::Text(text, numbers) => match Decimal::read(&text, numbers) {
                Some(number) => Self::Number(number),
                None => Self::Refused(unreadable(text.trim())),
            },
            other => other,
        }
    }

    /// Text that other marks than those of results make a number, as this number.
    fn in_own_marks(self) -> Self {
        match &self {
            Self::Text(text, numbers) if *numbers != NumberFormat::default() => {
                Decimal::read(text, *numbers).map_or(self, Value::Number)
            }
            _ => self,
        }
    }

    /// Whether both are the same number, or the same text in whatever case.
    fn is(&self, other: &Self) -> bool {
        let number = |value: &Self| match value {
            Self::Number(number) => Some(*number),
            Self::Text(text, numbers) => Decimal::read(text, *numbers),
            Self::Blank | Self::Refused(_) => None,
        };
        match (self, other) {
            (Self::Text(left, _), Self::Text(right, _)) => {
                left.trim().to_lowercase() == right.trim().to_lowercase()
            }
            _ => number(self).is_some_and(|left| number(other) == Some(left)),
        }
    }

    fn into_text(self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Text(text, _) => text.into_owned(),
            Self::Refused(found) => found,
        }
    }
}

/// The parser leaves as many values as are taken.
fn pop<'a>(stack: &mut Vec<Value<'a>>) -> Value<'a> {
    stack.pop().unwrap_or(Value::Blank)
}

fn read<'a>(operand: &Operand<'a>) -> Value<'a> {
    match operand.text.trim() {
        "" => Value::Blank,
        _ => Value::Text(Cow::Borrowed(operand.text), operand.numbers),
    }
}

/// Text that would be read as another number behind the result's decimal point is quoted.
fn unreadable(text: &str) -> String {
    match Decimal::read(text, NumberFormat::default()) {
        Some(_) => format!("'{text}'"),
        None => text.to_owned(),
    }
}

fn unary<'a>(
    value: Value<'a>,
    name: &str,
    compute: impl Fn(Decimal) -> Option<Decimal>,
) -> Value<'a> {
    match value.into_number() {
        Value::Number(number) => match compute(number) {
            Some(result) => Value::Number(result),
            None => Value::Refused(format!("{name}({number})")),
        },
        other => other,
    }
}

fn binary<'a>(
    stack: &mut Vec<Value<'a>>,
    sign: char,
    compute: impl Fn(Decimal, Decimal) -> Option<Decimal>,
) -> Value<'a> {
    let right = pop(stack).into_number();
    let left = pop(stack).into_number();
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match compute(left, right) {
            Some(result) => Value::Number(result),
            None => Value::Refused(format!("{left} {sign} {right}")),
        },
        (refused @ Value::Refused(_), _) | (_, refused @ Value::Refused(_)) => refused,
        _ => Value::Blank,
    }
}

fn call(function: Function, arguments: Vec<Value<'_>>) -> Value<'_> {
    match function {
        Function::Concat => return concatenated(arguments),
        Function::Decode => return decoded(arguments),
        _ => {}
    }
    let mut arguments = arguments.into_iter();
    let first = arguments.next().unwrap_or(Value::Blank);
    let float = |compute: fn(f64) -> f64| {
        move |number: Decimal| Decimal::from_float(compute(number.to_float()))
    };
    match function {
        Function::Exp => unary(first, "exp", float(libm::exp)),
        Function::Ln => unary(first, "ln", float(libm::log)),
        Function::Abs => unary(first, "abs", Decimal::absolute),
        Function::Sign => unary(first, "sign", Decimal::sign),
        Function::Min => chosen(first, arguments, Ordering::Less),
        Function::Max => chosen(first, arguments, Ordering::Greater),
        Function::Round | Function::Concat | Function::Decode => first,
    }
}

/// The least or the greatest.
fn chosen<'a>(
    first: Value<'a>,
    others: impl Iterator<Item = Value<'a>>,
    wanted: Ordering,
) -> Value<'a> {
    let choose = |left: Decimal, right: Decimal| {
        Some(if right.compare(left)? == wanted { right } else { left })
    };
    others.fold(first.into_number(), |best, other| binary(&mut vec![best, other], ',', choose))
}

fn concatenated(arguments: Vec<Value<'_>>) -> Value<'_> {
    let mut text = String::new();
    for argument in arguments {
        match argument {
            Value::Blank => return Value::Blank,
            Value::Refused(found) => return Value::Refused(found),
            Value::Number(number) => text.push_str(&number.to_string()),
            Value::Text(part, _) => text.push_str(&part),
        }
    }
    Value::Text(Cow::Owned(text), NumberFormat::default())
}

/// The result behind the first value that the first argument is, else the last argument.
fn decoded(arguments: Vec<Value<'_>>) -> Value<'_> {
    let mut arguments = arguments.into_iter();
    let wanted = match arguments.next().unwrap_or(Value::Blank) {
        Value::Refused(found) => return Value::Refused(found),
        wanted => wanted,
    };
    loop {
        let value = arguments.next().unwrap_or(Value::Blank);
        let Some(result) = arguments.next() else { return value.in_own_marks() };
        if wanted.is(&value) {
            return result.in_own_marks();
        }
    }
}

#[cfg(test)]
mod tests;
