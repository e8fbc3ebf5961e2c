//! `policy-finder serve --kiosk`, asked over a socket as a browser would, and as one would who means harm.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A running server on a free port, ended with the test.
struct Server {
    process: Child,
    address: String,
    place: tempfile::TempDir,
}

impl Server {
    fn start() -> Server {
        let place = tempfile::tempdir().unwrap();
        let dist = place.path().join("dist");
        fs::create_dir_all(dist.join("parts")).unwrap();
        for (name, text) in [
            ("kiosk.html", "<!doctype html><title>自助机</title>"),
            ("engine.wasm", "\0asm"),
            ("parts/kiosk-1.js", "export {}"),
            ("kiosk.css", "body {}"),
            ("corpus.pack", "POLICY"),
        ] {
            fs::write(dist.join(name), text).unwrap();
        }
        fs::write(place.path().join("secret.txt"), "secret").unwrap();
        let mut process = command(&dist, "0").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/')).expect("an address");
        Server { process, address: address.to_owned(), place }
    }

    /// Status, headers in lower case, body.
    fn ask(&self, request: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        let (head, body) = said.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head.to_lowercase(), body.to_owned())
    }

    fn get(&self, target: &str) -> (u16, String, String) {
        self.ask(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(folder: &Path, port: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policy-finder"));
    command.args(["serve", "--kiosk"]).arg(folder).args(["--port", port]);
    command
}

fn error(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn files_come_with_their_types_and_only_from_this_machine() {
    let server = Server::start();
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    for (target, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/kiosk.html", "text/html; charset=utf-8"),
        ("/engine.wasm?v=1", "application/wasm"),
        ("/parts/kiosk-1.js", "text/javascript; charset=utf-8"),
        ("/kiosk.css", "text/css; charset=utf-8"),
        ("/corpus.pack", "application/octet-stream"),
    ] {
        let (status, head, _) = server.get(target);
        assert_eq!(status, 200, "{target}");
        assert!(head.contains(&format!("content-type: {kind}\r\n")), "{target}: {head}");
        let policy = head.contains("content-security-policy: default-src 'self';");
        assert_eq!(policy, kind.starts_with("text/html"), "{target}: {head}");
        assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    }
    let (_, head, body) = server.get("/");
    assert_eq!(body, "<!doctype html><title>自助机</title>");
    assert!(head.contains("cache-control: no-store"), "{head}");
    let (status, head, body) =
        server.ask(&format!("HEAD / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address));
    assert_eq!((status, body.as_str()), (200, ""));
    assert!(head.contains("content-length: 39"), "{head}");
}

#[test]
fn a_file_that_has_not_changed_is_not_sent_again() {
    let server = Server::start();
    let (_, head, _) = server.get("/corpus.pack");
    assert!(head.contains("cache-control: no-cache"), "{head}");
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").to_owned();
    let again = |server: &Server| {
        let host = &server.address;
        let target = "/corpus.pack";
        server
            .ask(&format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {tag}\r\nConnection: close\r\n\r\n"))
    };
    let (status, _, body) = again(&server);
    assert_eq!((status, body.as_str()), (304, ""));
    fs::write(server.place.path().join("dist/corpus.pack"), "ANOTHER").unwrap();
    let (status, _, body) = again(&server);
    assert_eq!((status, body.as_str()), (200, "ANOTHER"));
}

#[test]
fn nothing_outside_the_folder_is_read() {
    let server = Server::start();
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/parts/%2e%2e%2f%2e%2e%2fsecret.txt",
        "//etc/passwd",
        "/parts",
        "/none",
    ] {
        let (status, _, body) = server.get(target);
        assert_eq!(status, 404, "{target}");
        assert!(!body.contains("secret"), "{target}");
    }
}

#[test]
fn other_names_for_this_machine_and_other_methods_are_refused() {
    let server = Server::start();
    let (status, _, _) = server.ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(status, 421);
    let (status, head, _) = server
        .ask(&format!("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", server.address));
    assert_eq!(status, 405);
    assert!(head.contains("allow: get, head"), "{head}");
}

#[test]
fn a_taken_port_and_a_wrong_folder_say_what_to_do() {
    let server = Server::start();
    let dist = server.place.path().join("dist");
    let (_, port) = server.address.split_once(':').unwrap();
    let said = error(command(&dist, port).output().unwrap());
    assert!(said.contains("error[port]") && said.contains("choose another with --port"), "{said}");
    let said = error(command(server.place.path(), "0").output().unwrap());
    assert!(said.contains("there is no kiosk.html") && said.contains("www/dist"), "{said}");
    let said = error(command(&dist.join("none"), "0").output().unwrap());
    assert!(said.contains("none: cannot be read"), "{said}");
}
