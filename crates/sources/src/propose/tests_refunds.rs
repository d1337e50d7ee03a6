//! Files whose rows were brought back, and lists of what moved.

use super::tests::{feeds, lines, of, propose_texts};
use shelfcast_retail::Feed;

/// A file of 40 rows of three products: `fields` gives those behind the product.
fn file(header: &str, fields: impl Fn(u32) -> String) -> String {
    let row = |at: u32| format!("{at},2024-01-{:02},P{},{}\n", at % 28 + 1, at % 3, fields(at));
    format!("receipt no,date,sku,{header}\n") + &(0..40).map(row).collect::<String>()
}

fn sales(text: &str) -> Vec<String> {
    let proposal = propose_texts(&[("s.csv", text)]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    lines(of(&proposal, Feed::Sales))
}

#[test]
fn a_price_below_nought_is_that_of_what_was_brought_back() {
    let text = file("qty,unit price,total", |at| match at % 8 {
        7 => "2,-2.50,-5.00".to_owned(),
        _ => "2,2.50,5.00".to_owned(),
    });
    let found = sales(&text);
    for line in [
        "quantity = decode(sign(`unit price`), -1, -abs(`qty`), `qty`)",
        "unit_price = abs(`unit price`)",
        "total <- total",
    ] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:#?}");
    }
}

#[test]
fn a_lone_correction_below_nought_changes_no_other_row() {
    let text = file("qty,unit price", |at| match at {
        7 => "1,-11062.06".to_owned(),
        _ => "2,2.50".to_owned(),
    });
    assert!(sales(&text).contains(&"quantity <- qty".to_owned()));
}

#[test]
fn a_total_below_nought_is_that_of_what_was_brought_back() {
    let text = file("qty,unit price,total", |at| match at % 8 {
        7 => "2,2.50,-5.00".to_owned(),
        _ => "2,2.50,5.00".to_owned(),
    });
    let found = sales(&text);
    let quantity = "quantity = decode(sign(`total`), -1, -abs(`qty`), `qty`)";
    assert!(found.contains(&quantity.to_owned()), "{found:#?}");
    assert!(found.contains(&"total <- total".to_owned()), "{found:#?}");
}

#[test]
fn a_word_says_which_rows_were_brought_back() {
    let text = file("Transaction Type,qty,unit price,amount", |at| match at % 8 {
        7 => "Refund,2,2.50,5.00".to_owned(),
        _ => "Sale,2,2.50,5.00".to_owned(),
    });
    let found = sales(&text);
    for line in [
        "quantity = decode(`Transaction Type`, 'Refund', -abs(`qty`), `qty`)",
        "total = decode(`Transaction Type`, 'Refund', -abs(`amount`), `amount`)",
        "kind = decode(`Transaction Type`, 'Refund', 'return', 'Sale', '', `Transaction Type`)",
    ] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:#?}");
    }
    // Types of products are none of rows.
    let text = file("Type,qty", |at| ["Wine,1", "Beer,2"][at as usize % 2].to_owned());
    assert!(sales(&text).contains(&"quantity <- qty".to_owned()));
}

#[test]
fn a_word_that_says_nothing_is_asked_about() {
    let text = file("Type,qty", |at| ["Sale,1", "Refund,2", "Paid out,1"][at as usize % 3].into());
    let proposal = propose_texts(&[("s.csv", &text)]);
    let ids: Vec<&str> = proposal.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["sales.kind"], "{proposal:#?}");
    assert!(proposal.questions[0].text.contains("what are the rows of `Paid out`?"));
}

#[test]
fn a_file_of_returns_is_taken_below_nought() {
    let text = file("qty,unit price", |_| "2,2.50".to_owned());
    let proposal = propose_texts(&[("sales.csv", &text), ("returns.csv", &text)]);
    let quantities: Vec<String> = proposal
        .sources
        .iter()
        .flat_map(lines)
        .filter(|line| line.starts_with("quantity"))
        .collect();
    assert_eq!(quantities, ["quantity = -abs(`qty`)", "quantity <- qty"]);
}

#[test]
fn a_list_of_movements_is_none_of_sales() {
    let text = "Date,SKU,Movement Type,Quantity\n2024-01-01,A,IN,5\n2024-01-02,A,Waste,1\n";
    let proposal = propose_texts(&[("moves.csv", text)]);
    assert_eq!(feeds(&proposal), [Feed::Movements]);
    let kind =
        "kind = decode(`Movement Type`, 'IN', 'receipt', 'Waste', 'write_off', `Movement Type`)";
    assert!(lines(of(&proposal, Feed::Movements)).contains(&kind.to_owned()), "{proposal:#?}");
    let asked = propose_texts(&[("moves.csv", &text.replace("Waste", "OUT"))]);
    let ids: Vec<&str> = asked.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["movements.kind"], "{asked:#?}");
}

#[test]
fn receipts_that_name_no_order_are_movements() {
    for text in [
        "Receipt ID,Product ID,Supplier ID,Received Date,Quantity\nR1,A,S,2024-01-02,5\n",
        "Wareneingangsdatum;Artikelnummer;Menge\n02.01.2024;A;5\n03.01.2024;B;2\n",
    ] {
        let proposal = propose_texts(&[("came.csv", text)]);
        assert!(proposal.questions.is_empty(), "{proposal:#?}");
        let found = lines(of(&proposal, Feed::Movements));
        assert!(found.contains(&"kind = 'receipt'".to_owned()), "{found:#?}");
        assert!(!feeds(&proposal).contains(&Feed::Sales), "{proposal:#?}");
    }
    let sold = "Order ID,Received Date,SKU,Customer ID,Quantity,Total\n1,2024-01-02,A,C,5,9.90\n";
    assert!(!feeds(&propose_texts(&[("web.csv", sold)])).contains(&Feed::Movements));
}

#[test]
fn orders_to_suppliers_are_told_from_those_of_buyers_in_each_language() {
    for (orders, receipts) in [
        (
            "Bestellnummer;Bestelldatum;Liefertermin;Artikelnummer;Lieferant;Bestellmenge;EK-Preis",
            "Bestellnummer;Eingangsdatum;Artikelnummer;Menge",
        ),
        (
            "Numéro commande;Date commande;Date livraison prévue;Code article;Fournisseur;Quantité commandée;Prix d'achat",
            "Numéro commande;Date de réception;Code article;Quantité reçue",
        ),
        (
            "Número pedido;Fecha pedido;Fecha entrega;Código artículo;Proveedor;Cantidad pedida;Precio compra",
            "Número pedido;Fecha recepción;Código artículo;Cantidad recibida",
        ),
        (
            "Numero ordine;Data ordine;Data consegna;Codice articolo;Fornitore;Quantità ordinata;Prezzo acquisto",
            "Numero ordine;Data ricevimento;Codice articolo;Quantità ricevuta",
        ),
        (
            "Bestelnummer;Besteldatum;Leverdatum;Artikelnummer;Leverancier;Besteld aantal;Inkoopprijs",
            "Bestelnummer;Ontvangstdatum;Artikelnummer;Ontvangen aantal",
        ),
        (
            "Order ID;Order Date;Expected Date;SKU;Supplier;Order Qty;Unit Cost",
            "Order ID;Received Date;SKU;Qty Received",
        ),
    ] {
        let orders = format!(
            "{orders}\nB1;2024-01-02;2024-01-09;A1;L1;10;2,50\nB2;2024-01-13;2024-01-20;A2;L1;5;1,50\n"
        );
        let receipts = format!("{receipts}\nB1;2024-01-09;A1;10\nB2;2024-01-21;A2;5\n");
        let proposal = propose_texts(&[("a.csv", &orders), ("b.csv", &receipts)]);
        let found = feeds(&proposal);
        let events = [Feed::Sales, Feed::PurchaseOrders, Feed::Receipts];
        let events: Vec<Feed> = found.into_iter().filter(|feed| events.contains(feed)).collect();
        assert_eq!(events, [Feed::PurchaseOrders, Feed::Receipts], "{orders}\n{proposal:#?}");
        assert!(proposal.is_certain(), "{proposal:#?}");
        assert_eq!(lines(of(&proposal, Feed::PurchaseOrders)).len(), 7, "{proposal:#?}");
        assert_eq!(lines(of(&proposal, Feed::Receipts)).len(), 4, "{proposal:#?}");
    }
    // Orders of buyers name these.
    let text = "Bestellnummer;Bestelldatum;Lieferdatum;Artikelnummer;Kundennummer;Menge;Einzelpreis\n\
        1;2024-01-02;2024-01-09;A1;K1;1;2,50\n2;2024-01-13;2024-01-20;A2;K2;2;1,50\n";
    let proposal = propose_texts(&[("a.csv", text)]);
    assert!(feeds(&proposal).contains(&Feed::Sales), "{proposal:#?}");
    assert!(!feeds(&proposal).contains(&Feed::PurchaseOrders), "{proposal:#?}");
}
