use super::decimal::{Decimal, MAX_SCALE};
use super::{Function, Operation};
use crate::error::nearest;
use crate::{NumberFormat, SourceError};
use std::iter::Peekable;
use std::str::CharIndices;

/// Brackets and signs within each other at most.
const MAX_DEPTH: usize = 64;

/// Reads an expression into operations on a stack.
pub(super) struct Parser<'a> {
    text: &'a str,
    letters: Peekable<CharIndices<'a>>,
    token: Token,
    /// Byte at which the token starts.
    start: usize,
    depth: usize,
    pub(super) operations: Vec<Operation>,
    pub(super) names: Vec<String>,
    /// Whether each of the names stands in backticks.
    pub(super) quoted: Vec<bool>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Decimal),
    Text(String),
    Word(String),
    Quoted(String),
    Sign(char),
    End,
}

impl<'a> Parser<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SourceError> {
        let mut parser = Self {
            text,
            letters: text.char_indices().peekable(),
            token: Token::End,
            start: 0,
            depth: 0,
            operations: Vec::new(),
            names: Vec::new(),
            quoted: Vec::new(),
        };
        parser.advance()?;
        parser.sum()?;
        match parser.token {
            Token::End => Ok(parser),
            _ => Err(parser.unexpected("an operator or the end")),
        }
    }

    fn sum(&mut self) -> Result<(), SourceError> {
        self.product()?;
        loop {
            let operation = match self.token {
                Token::Sign('+') => Operation::Add,
                Token::Sign('-') => Operation::Subtract,
                _ => return Ok(()),
            };
            self.advance()?;
            self.product()?;
            self.operations.push(operation);
        }
    }

    fn product(&mut self) -> Result<(), SourceError> {
        self.signed()?;
        loop {
            let operation = match self.token {
                Token::Sign('*') => Operation::Multiply,
                Token::Sign('/') => Operation::Divide,
                _ => return Ok(()),
            };
            self.advance()?;
            self.signed()?;
            self.operations.push(operation);
        }
    }

    fn signed(&mut self) -> Result<(), SourceError> {
        let mut n_signs = 0;
        while self.token == Token::Sign('-') {
            n_signs += 1;
            self.advance()?;
        }
        self.value()?;
        self.operations.extend((0..n_signs).map(|_| Operation::Negate));
        Ok(())
    }

    fn value(&mut self) -> Result<(), SourceError> {
        match self.token.clone() {
            Token::Number(number) => self.take(Operation::Number(number)),
            Token::Text(text) => self.take(Operation::Text(text)),
            Token::Quoted(name) => self.operand(name),
            Token::Word(name) => {
                let start = self.start;
                self.advance()?;
                if self.token == Token::Sign('(') {
                    return self.call(&name, start);
                }
                self.push_operand(name, false);
                Ok(())
            }
            Token::Sign('(') => self.nested(Self::sum_in_brackets),
            _ => Err(self.unexpected("a name, a number, a text in single quotes, `-` or `(`")),
        }
    }

    fn sum_in_brackets(&mut self) -> Result<(), SourceError> {
        self.advance()?;
        self.sum()?;
        self.expect(')', "an operator or `)`")
    }

    fn call(&mut self, name: &str, start: usize) -> Result<(), SourceError> {
        let Some(function) = Function::named(name) else {
            let names = Function::ALL.map(Function::as_str);
            let meant = nearest(name, names.into_iter());
            let meant = meant.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"));
            let found = format!("the function `{name}`{meant}");
            return Err(self.refuse(
                start,
                found,
                "round, exp, ln, abs, sign, min, max, concat or decode",
            ));
        };
        self.nested(|parser| parser.arguments(function, start))
    }

    fn arguments(&mut self, function: Function, start: usize) -> Result<(), SourceError> {
        let mut n_arguments = 0;
        let mut digits = 0;
        loop {
            self.advance()?;
            if function == Function::Round && n_arguments == 1 {
                digits = self.digits()?;
            } else {
                self.sum()?;
            }
            n_arguments += 1;
            if self.token != Token::Sign(',') {
                break;
            }
        }
        self.expect(')', "an operator, `,` or `)`")?;
        if let Some(allowed) = function.refuses(n_arguments) {
            let found = format!("{n_arguments} arguments of {}", function.as_str());
            return Err(self.refuse(start, found, allowed));
        }
        self.operations.push(match function {
            Function::Round => Operation::Round(digits),
            function => Operation::Call(function, n_arguments),
        });
        Ok(())
    }

    /// The digits that `round` keeps, which are known before any row is.
    fn digits(&mut self) -> Result<u32, SourceError> {
        let allowed = "a whole number of digits from 0 to 12";
        let Token::Number(number) = &self.token else { return Err(self.unexpected(allowed)) };
        let digits = number.to_string().parse().ok().filter(|digits| *digits <= MAX_SCALE);
        let Some(digits) = digits else { return Err(self.unexpected(allowed)) };
        self.advance()?;
        Ok(digits)
    }

    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let found = format!("more than {MAX_DEPTH} brackets within each other");
            return Err(self.refuse(self.start, found, "fewer"));
        }
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn operand(&mut self, name: String) -> Result<(), SourceError> {
        self.push_operand(name, true);
        self.advance()
    }

    fn push_operand(&mut self, name: String, is_quoted: bool) {
        let mut known = self.names.iter().zip(&self.quoted);
        let known = known.position(|(known, quoted)| *known == name && *quoted == is_quoted);
        let index = known.unwrap_or_else(|| {
            self.names.push(name);
            self.quoted.push(is_quoted);
            self.names.len() - 1
        });
        self.operations.push(Operation::Operand(index));
    }

    fn take(&mut self, operation: Operation) -> Result<(), SourceError> {
        self.operations.push(operation);
        self.advance()
    }

    fn expect(&mut self, sign: char, allowed: &'static str) -> Result<(), SourceError> {
        if self.token != Token::Sign(sign) {
            return Err(self.unexpected(allowed));
        }
        self.advance()
    }

    fn advance(&mut self) -> Result<(), SourceError> {
        while self.letters.next_if(|(_, letter)| letter.is_whitespace()).is_some() {}
        let Some((start, letter)) = self.letters.next() else {
            (self.start, self.token) = (self.text.len(), Token::End);
            return Ok(());
        };
        self.start = start;
        self.token = match letter {
            '0'..='9' => self.number(start)?,
            '\'' => Token::Text(self.quoted('\'', "a `'` that ends the text")?),
            '`' => Token::Quoted(self.quoted('`', "a backtick that ends the name")?),
            '+' | '-' | '*' | '/' | '(' | ')' | ',' => Token::Sign(letter),
            '_' => Token::Word(self.word(start)),
            letter if letter.is_alphabetic() => Token::Word(self.word(start)),
            letter => {
                let found = format!("`{letter}`");
                let allowed = "names, numbers, texts in single quotes and + - * / ( ) ,";
                return Err(self.refuse(start, found, allowed));
            }
        };
        Ok(())
    }

    fn word(&mut self, start: usize) -> String {
        let belongs = |letter: char| letter.is_alphanumeric() || letter == '_';
        self.while_letters(start, belongs).to_owned()
    }

    fn number(&mut self, start: usize) -> Result<Token, SourceError> {
        let belongs = |letter: char| letter.is_ascii_digit() || letter == '.';
        let text = self.while_letters(start, belongs).to_owned();
        match Decimal::read(&text, NumberFormat::default()) {
            Some(number) => Ok(Token::Number(number)),
            None => Err(self.refuse(start, format!("`{text}`"), "a number such as 12 or 0.25")),
        }
    }

    fn while_letters(&mut self, start: usize, belongs: impl Fn(char) -> bool) -> &'a str {
        while self.letters.next_if(|(_, letter)| belongs(*letter)).is_some() {}
        let end = self.letters.peek().map_or(self.text.len(), |(end, _)| *end);
        &self.text[start..end]
    }

    /// The text up to the next `mark`; a doubled one stands for itself.
    fn quoted(&mut self, mark: char, allowed: &'static str) -> Result<String, SourceError> {
        let mut text = String::new();
        while let Some((_, letter)) = self.letters.next() {
            let ends = letter == mark && self.letters.next_if(|(_, next)| *next == mark).is_none();
            if ends {
                return Ok(text);
            }
            text.push(letter);
        }
        Err(self.refuse(self.text.len(), "the end".to_owned(), allowed))
    }

    fn unexpected(&self, allowed: &'static str) -> SourceError {
        let rest = &self.text[self.start..];
        let found = match rest.chars().next() {
            None => "the end".to_owned(),
            Some(_) => format!("`{}`", rest.chars().take(20).collect::<String>().trim_end()),
        };
        self.refuse(self.start, found, allowed)
    }

    fn refuse(&self, byte: usize, found: String, allowed: &'static str) -> SourceError {
        SourceError::Expression {
            expression: self.text.to_owned(),
            position: self.text[..byte].chars().count() + 1,
            found,
            allowed,
        }
    }
}
