//! A lake in an object store: the same commands, the same rows, against a local S3 server.

use crate::support::{Desk, ended, files, real_data};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// moto, which scripts/test installs; `None` where it is not there, which CI does not allow.
fn server() -> Option<Server> {
    let cache = std::env::var("XDG_CACHE_HOME").map_or_else(
        |_| PathBuf::from(std::env::var("HOME").unwrap()).join(".cache"),
        PathBuf::from,
    );
    let program = std::env::var("SHELFCAST_MOTO")
        .map_or_else(|_| cache.join("shelfcast/moto/bin/moto_server"), PathBuf::from);
    if !program.is_file() {
        assert!(std::env::var("CI").is_err(), "{} is not there", program.display());
        println!("skipped: {} is not there", program.display());
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = Command::new(program)
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("Running on") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "the server ended");
    }
    // Somebody must read what it says, or it stops when the pipe is full.
    std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
    Some(Server { child, port })
}

impl Server {
    fn make_bucket(&self, name: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "PUT /{name} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=test/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn run(&self, desk: &Desk, arguments: &[&str]) -> crate::support::Ended {
        let mut command = desk.command();
        command
            .env("AWS_ENDPOINT", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        ended(command.args(arguments).output().unwrap())
    }

    fn done(&self, desk: &Desk, arguments: &[&str]) -> crate::support::Ended {
        let ended = self.run(desk, arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        ended
    }
}

#[test]
fn a_lake_in_a_bucket_holds_the_same_tables() {
    let (Some(server), Some(folder)) = (server(), real_data("original")) else { return };
    server.make_bucket("shop");
    let desk = Desk::new();
    let from = files(&folder, "csv");
    for project in ["local", "bucket"] {
        let mut arguments = vec!["init", project, "--from"];
        arguments.extend(from.iter().map(String::as_str));
        desk.run(&arguments);
    }
    let config = std::fs::read_to_string(desk.path("bucket/shelfcast.toml")).unwrap();
    let config = config.replace("[project]\n", "[project]\nlake = \"s3://shop/lakes/one\"\n");
    desk.write("bucket/shelfcast.toml", config);
    desk.done(&["-C", "local", "run"]);
    server.done(&desk, &["-C", "bucket", "run"]);
    server.done(&desk, &["-C", "bucket", "run"]);
    for table in ["raw.sales", "marts.order_proposals", "marts.forecasts", "marts.stock_ledger"] {
        let sql = format!("select * exclude (_batch_id) from {table}");
        let sql = if table == "raw.sales" { sql } else { format!("select * from {table}") };
        let query = |project| ["-C", project, "query", &sql, "--format", "csv"].map(str::to_owned);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let local = desk.done(&query("local").each_ref().map(String::as_str)).stdout;
        let bucket = server.done(&desk, &query("bucket").each_ref().map(String::as_str)).stdout;
        assert_eq!(sorted(&local), sorted(&bucket), "{table}");
    }
    server.done(&desk, &["-C", "bucket", "retract", "1"]);
    server.done(&desk, &["-C", "bucket", "maintain", "--keep-days", "0"]);
    assert!(!desk.path("bucket/lake").exists());
    // Two machines at once: what one of them publishes second is refused or repeated, not lost.
    let start = || {
        let mut command = desk.command();
        command
            .env("AWS_ENDPOINT", format!("http://127.0.0.1:{}", server.port))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    crate::support::copy_files(&desk.path("bucket"), &desk.path("other"));
    let _ = std::fs::remove_dir_all(desk.path("other/.shelfcast"));
    let racers = ["bucket", "other"]
        .map(|project| start().args(["-C", project, "ingest"]).spawn().unwrap())
        .map(|child| ended(child.wait_with_output().unwrap()));
    assert!(racers.iter().any(|run| run.code == 0), "{racers:?}");
    let sql = "select count(*) as n from staging.sales";
    let counted = server.done(&desk, &["-C", "bucket", "query", sql, "--format", "csv"]).stdout;
    assert_eq!(counted, "n\n100\n");
}
