//! `ingest --watch`: files are taken as they appear complete, once each.

use crate::support::Desk;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

struct Watch {
    child: Child,
    lines: BufReader<std::process::ChildStderr>,
}

impl Watch {
    fn start(desk: &Desk) -> Self {
        let mut child = desk
            .command()
            .args(["-C", "shop", "ingest", "--watch", "shop/in", "--interval", "0.05"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        let mut watch = Self { child, lines };
        watch.until("watching");
        watch
    }

    /// Waits for a line that contains `part` and gives all lines up to it.
    fn until(&mut self, part: &str) -> String {
        let mut said = String::new();
        loop {
            let start = said.len();
            assert_ne!(self.lines.read_line(&mut said).unwrap(), 0, "it ended: {said}");
            if said[start..].contains(part) {
                return said;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn files_are_taken_once_each_and_only_when_complete() {
    let desk = Desk::new();
    desk.write(
        "shop/shelfcast.toml",
        "[project]\nname = \"shop\"\n\n[[sources]]\nfeed = \"sales\"\nfiles = [\"in/*.csv\"]\n\
         [sources.columns]\nsale_id = \"id\"\nsold_at = \"at\"\nproduct_id = \"item\"\nquantity = \"n\"\n",
    );
    std::fs::create_dir_all(desk.path("shop/in")).unwrap();
    let mut watch = Watch::start(&desk);
    desk.write("shop/in/one.csv", "id,at,item,n\n1,2024-01-02,A,3\n");
    let said = watch.until("taken");
    assert!(said.contains("in/one.csv -> sales: 1 row"), "{said}");
    // Still being written: another name until it is whole.
    desk.write("shop/in/two.csv.part", "id,at,item,n\n2,2024-01-03,A,");
    desk.write("shop/in/note.txt", "hello");
    let said = watch.until("left alone");
    assert!(said.contains("note.txt: no source takes it"), "{said}");
    desk.write("shop/in/two.csv.part", "id,at,item,n\n2,2024-01-03,A,4\n");
    std::fs::rename(desk.path("shop/in/two.csv.part"), desk.path("shop/in/two.csv")).unwrap();
    let said = watch.until("taken");
    assert!(said.contains("in/two.csv -> sales: 1 row") && !said.contains("one.csv"), "{said}");
    // A broken file is told and the next one is taken all the same.
    desk.write("shop/in/three.csv", "");
    assert!(watch.until("taken").contains("refused in/three.csv"));
    desk.write("shop/in/four.csv", "id,at,item,n\n4,2024-01-04,A,5\n");
    watch.until("taken");
    drop(watch);
    let sql = "select cast(sum(quantity) as bigint) as value from staging.sales";
    assert_eq!(desk.value("shop", sql), "12");
}

#[test]
fn heads_that_arrive_bring_the_lines_that_wait_for_them() {
    let desk = Desk::new();
    desk.write(
        "shop/shelfcast.toml",
        "[project]\nname = \"shop\"\n\n[[sources]]\nfeed = \"sales\"\nfiles = [\"in/lines.csv\"]\n\
         [sources.columns]\nsale_id = \"id\"\nsold_at = \"at\"\nproduct_id = \"item\"\nquantity = \"n\"\n\
         [[sources.lookups]]\nfiles = [\"in/heads.csv\"]\nkey = [\"id\"]\ncolumns = [\"at\"]\n",
    );
    std::fs::create_dir_all(desk.path("shop/in")).unwrap();
    let mut watch = Watch::start(&desk);
    desk.write("shop/in/lines.csv", "id,item,n\n1,A,3\n");
    let said = watch.until("let in");
    assert!(said.contains("no file matches `in/heads.csv`"), "{said}");
    desk.write("shop/in/heads.csv", "id,at\n1,2024-01-02\n");
    let said = watch.until("let in");
    assert!(said.contains("in/lines.csv -> sales: 1 row"), "{said}");
    assert!(!said.contains("left alone"), "{said}");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let desk = Desk::new();
    desk.write("shop/shelfcast.toml", "[project]\nname = \"shop\"\n");
    let ended = desk.run(&["-C", "shop", "ingest", "--watch", "nowhere"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("nowhere"), "{}", ended.stderr);
    let ended = desk.run(&["-C", "shop", "ingest", "--watch", ".", "--interval", "0"]);
    assert!(ended.stderr.contains("above 0"), "{}", ended.stderr);
}
