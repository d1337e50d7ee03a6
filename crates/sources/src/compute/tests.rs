use super::*;
use proptest::prelude::*;

fn compute(text: &str, operands: &[&str]) -> String {
    Expression::parse(text).unwrap().evaluate(operands, NumberFormat::default())
}

fn refusal(text: &str) -> String {
    Expression::parse(text).unwrap_err().to_string()
}

#[test]
fn signs_bind_as_in_arithmetic() {
    for (text, result) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 4", "2.5"),
        ("-2 * -3", "6"),
        ("--2", "2"),
        ("2 - -2", "4"),
        ("1 / 3", "0.333333333333"),
        ("2 / 3", "0.666666666667"),
        ("0.1 + 0.2", "0.3"),
        ("round(2.5)", "2"),
        ("round(64 * 0.06040625, 4)", "3.866"),
        ("abs(-3.5)", "3.5"),
        ("min(3, 1, 2)", "1"),
        ("max(3, 10, 2)", "10"),
        ("exp(0)", "1"),
        ("ln(1)", "0"),
        ("round(exp(ln(8256)))", "8256"),
        ("concat('a', 1.50, '''')", "a1.5'"),
    ] {
        assert_eq!(compute(text, &[]), result, "{text}");
    }
}

#[test]
fn decode_chooses_by_number_or_by_text_in_whatever_case() {
    let refund = "decode(type, 'refund', -abs(qty), 'void', 0, qty)";
    for (operands, result) in [
        (["Refund", "2"], "-2"),
        (["REFUND", "-2"], "-2"),
        (["void", "2"], "0"),
        (["Sale", "2"], "2"),
        (["", "2"], "2"),
        (["Sale", "n/a"], "n/a"),
    ] {
        assert_eq!(compute(refund, &operands), result, "{operands:?}");
    }
    let share = "decode(a * b, 0, 0, round(c / (a * b), 4))";
    assert_eq!(compute(share, &["3", "7", "1"]), "0.0476");
    assert_eq!(compute(share, &["0", "7", "1"]), "0");
    assert_eq!(compute("decode(sign(a), -1, 'below', 0, 'none', 'above')", &["-0.5"]), "below");
    assert_eq!(compute("decode(sign(a), -1, 'below', 0, 'none', 'above')", &["0"]), "none");
    // A result has a decimal point, whatever the file has.
    let continental = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
    let expression = Expression::parse("decode(t, 'x', -q, q)").unwrap();
    assert_eq!(expression.evaluate(&["y", "1.234,5"], continental), "1234.5");
    assert!(refusal("decode(a, 1, 2)").contains("values each with its result"));
    assert!(refusal("decode(a, 1, 2, 3, 4)").contains("values each with its result"));
}

#[test]
fn names_are_words_or_stand_in_backticks() {
    let expression = Expression::parse("(a - `Unit price`) / c_1 + a").unwrap();
    assert_eq!(expression.operands(), ["a", "Unit price", "c_1"]);
    assert_eq!(expression.evaluate(&["7", "1", "4"], NumberFormat::default()), "8.5");
    let continental = NumberFormat { decimal_mark: ',', thousands_mark: Some('.') };
    assert_eq!(expression.evaluate(&["1.000,5", "0,5", "4"], continental), "1250.5");
}

#[test]
fn what_cannot_be_computed_is_told_in_the_result() {
    assert_eq!(compute("a * b", &["", "3"]), "");
    assert_eq!(compute("a * b", &[" "]), "");
    assert_eq!(compute("a * b", &["n/a", "3"]), "n/a");
    assert_eq!(compute("a * b", &["", "x"]), "x");
    assert_eq!(compute("round(a / b) + 1", &["12.50", "0"]), "12.5 / 0");
    assert_eq!(compute("ln(a)", &["-1"]), "ln(-1)");
    assert_eq!(compute("exp(a)", &["1000"]), "exp(1000)");
    let large = "9".repeat(30);
    assert_eq!(compute("a * a", &[&large]), format!("{large} * {large}"));
    assert_eq!(compute("concat(a, '-', b)", &["x", ""]), "");
    // With a decimal comma `1.5` is no number, and must not become one afterwards.
    let comma = NumberFormat { decimal_mark: ',', thousands_mark: None };
    let expression = Expression::parse("a * 2").unwrap();
    assert_eq!(expression.evaluate(&["1.5"], comma), "'1.5'");
}

#[test]
fn mistakes_are_told_with_their_place() {
    assert_eq!(
        refusal("quantity *"),
        "`quantity *` cannot be computed: found the end at character 11, allowed is a name, \
         a number, a text in single quotes, `-` or `(`"
    );
    assert!(refusal("é $ 1").contains("found `$` at character 3"));
    assert!(refusal("ruond(1)").contains("did you mean `round`?"));
    assert!(refusal("exp(1, 2)").contains("found 2 arguments of exp at character 1"));
    assert!(refusal("round(1, x)").contains("a whole number of digits from 0 to 12"));
    assert!(refusal("round(1, 13)").contains("a whole number of digits from 0 to 12"));
    assert!(refusal("1 2").contains("found `2` at character 3, allowed is an operator or the end"));
    assert!(refusal("'open").contains("allowed is a `'` that ends the text"));
    assert!(refusal("").contains("found the end at character 1"));
    assert!(refusal(&"(".repeat(100_000)).contains("more than 64 brackets"));
    assert_eq!(Expression::parse("1 +").unwrap_err().code(), "SC-1021");
}

proptest! {
    #[test]
    fn results_are_those_of_integers(
        a in -1_000_000_i128..1_000_000,
        b in -1_000_000_i128..1_000_000,
        c in -1_000_000_i128..1_000_000,
    ) {
        let texts = [a.to_string(), b.to_string(), c.to_string()];
        let texts = texts.each_ref().map(String::as_str);
        prop_assert_eq!(compute("a * b - c", &texts), (a * b - c).to_string());
        prop_assert_eq!(compute("-(a + b) * c", &texts), (-(a + b) * c).to_string());
        prop_assert_eq!(compute("max(a, b, c) - min(a, b, c)", &texts),
            (a.max(b).max(c) - a.min(b).min(c)).to_string());
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-c0-9.,+*/()`' éround-]{0,40}|\\PC{0,20}", value in "\\PC*") {
        if let Ok(expression) = Expression::parse(&text) {
            let values = vec![value.as_str(); expression.operands().len()];
            let _ = expression.evaluate(&values, NumberFormat::default());
        }
    }
}
