use std::fs::{self, File};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

use crate::Outcome;
use crate::failure::Failure;

/// Serve the built page to the browser of a kiosk, on this machine alone
#[derive(clap::Args)]
#[command(after_help = "Example:\n  policy-finder serve --kiosk www/dist --port 8621\n\n\
    The folder is what `cargo xtask build` makes. The address opens its kiosk.html. Nothing outside this machine can\n\
    connect, and nothing outside the folder is read.")]
pub struct Args {
    /// Folder of the built page
    #[arg(long, value_name = "DIR")]
    kiosk: PathBuf,
    /// Port on 127.0.0.1; 0 takes one that is free
    #[arg(long, value_name = "N", default_value_t = 8621)]
    port: u16,
}

/// Who asks meanwhile is answered by another thread: a page loads six files at a time.
const THREADS: usize = 4;

/// What a page may do. It needs files of this server alone; a policy's text or a faulty file can then ask for nothing else.
/// Pages alone: a worker obeys the policy of its own file, and kernels before Chromium 97 know none that allows WebAssembly
/// without allowing `eval`.
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For every file.
const HEADERS: [(&str, &str); 5] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Serves until the process is ended.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let folder = Folder::open(&args.kiosk)?;
    let server = Server::http((Ipv4Addr::LOCALHOST, args.port)).map_err(|error| {
        Failure::new("port", format!("127.0.0.1:{} cannot be used: {error}", args.port))
            .hint("choose another with --port, or 0 for one that is free")
    })?;
    let address = server.server_addr().to_ip().expect("an IPv4 address was bound");
    let mut out = std::io::stdout();
    // Whoever started this reads the address from a pipe, which may be closed by now; the page is served all the same.
    let _ = writeln!(out, "http://{address}/").and_then(|()| out.flush());
    let (server, folder) = (Arc::new(server), Arc::new(folder));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, folder) = (Arc::clone(&server), Arc::clone(&folder));
            std::thread::spawn(move || {
                for request in server.incoming_requests() {
                    answer(&folder, address, request);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| Failure::new("serve", "a thread of the server ended unexpectedly"))?;
    }
    Ok(Outcome::clean(String::new()))
}

/// A folder of which nothing outside is read.
struct Folder {
    /// Without symbolic links.
    root: PathBuf,
}

impl Folder {
    fn open(path: &Path) -> Result<Folder, Failure> {
        let root = fs::canonicalize(path).map_err(|error| Failure::file(path, "read", &error))?;
        if !root.join("kiosk.html").is_file() {
            return Err(Failure::new("file", format!("{}: there is no kiosk.html", path.display()))
                .hint("give the folder of the built page, www/dist after `cargo xtask build`"));
        }
        Ok(Folder { root })
    }

    /// The file of a request's target. Whatever is no plain name within the folder is nobody's file.
    fn file(&self, target: &str) -> Option<PathBuf> {
        let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
        let path = percent_decoded(path)?;
        if path.is_empty() {
            return Some(self.root.join("kiosk.html"));
        }
        // A drive or a stream of Windows has a colon; dots lead upwards or to hidden files.
        let plain = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['\\', ':', '\0']);
        if !path.split('/').all(plain) {
            return None;
        }
        let file = fs::canonicalize(self.root.join(path)).ok()?;
        (file.starts_with(&self.root) && file.is_file()).then_some(file)
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        // Browsers compile while it loads only under this name.
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn answer(folder: &Folder, address: SocketAddr, request: Request) {
    let header = |name: &'static str| {
        request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
    };
    // A page from elsewhere whose name has been pointed at this machine would send its own name.
    let port = address.port();
    let known = header("Host").is_some_and(|host| {
        host == format!("127.0.0.1:{port}")
            || host == format!("localhost:{port}")
            || (port == 80 && host == "localhost")
    });
    if !known {
        return refuse(request, 421, "this server answers to 127.0.0.1 and localhost only");
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return refuse(request, 405, "files can be read, nothing else");
    }
    let Some(path) = folder.file(request.url()) else { return refuse(request, 404, "there is no such file") };
    let opened = File::open(&path).and_then(|file| file.metadata().map(|data| (file, data)));
    let Ok((file, data)) = opened else { return refuse(request, 404, "there is no such file") };
    let modified = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let tag = format!("\"{:x}-{:x}\"", modified.as_nanos(), data.len());
    let kind = media_type(&path);
    // A page with answers in it is never kept; other files are, and asked about each time: a new corpus is seen at once.
    let page = kind.starts_with("text/html");
    let keeps = match page {
        true => vec![("Cache-Control", "no-store"), ("Content-Security-Policy", POLICY)],
        false => vec![("Cache-Control", "no-cache"), ("ETag", tag.as_str())],
    };
    let unchanged =
        keeps.len() > 1 && header("If-None-Match").is_some_and(|tags| tags.split(", ").any(|one| one == tag));
    let headers = headers(&[&keeps[..], &[("Content-Type", kind)]].concat());
    // A browser that has gone away is no fault of the server.
    let _ = if unchanged {
        request.respond(Response::new(StatusCode(304), headers, std::io::empty(), Some(0), None))
    } else {
        let length = usize::try_from(data.len()).ok();
        request.respond(Response::new(StatusCode(200), headers, file, length, None).with_chunked_threshold(usize::MAX))
    };
}

fn refuse(request: Request, status: u16, why: &str) {
    let mut more = vec![("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")];
    if status == 405 {
        more.push(("Allow", "GET, HEAD"));
    }
    let text = format!("{why}\n");
    let length = Some(text.len());
    let _ = request.respond(Response::new(StatusCode(status), headers(&more), text.as_bytes(), length, None));
}

fn headers(more: &[(&str, &str)]) -> Vec<Header> {
    let all = HEADERS.iter().chain(more);
    all.map(|(name, value)| Header::from_bytes(*name, *value).expect("names and values are ASCII")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Folder, percent_decoded};
    use std::fs;

    #[test]
    fn only_plain_names_within_the_folder_are_files() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("dist");
        fs::create_dir_all(root.join("parts")).unwrap();
        for (name, text) in [("dist/kiosk.html", ""), ("dist/parts/a b.js", ""), ("dist/.env", ""), ("secret.txt", "")]
        {
            fs::write(place.path().join(name), text).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path().join("secret.txt"), root.join("link.txt")).unwrap();
        let folder = Folder::open(&root).unwrap();
        let found = |target: &str| {
            let file = folder.file(target)?;
            Some(file.strip_prefix(&folder.root).unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(found("/").as_deref(), Some("kiosk.html"));
        assert_eq!(found("/?a=1").as_deref(), Some("kiosk.html"));
        assert_eq!(found("/parts/a%20b.js?v=1").as_deref(), Some("parts/a b.js"));
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/parts/../../secret.txt",
            "/..%2fsecret.txt",
            "/parts/..\\..\\secret.txt",
            "//etc/passwd",
            "/%00",
            "/C:/secret.txt",
            "/.env",
            "/link.txt",
            "/parts",
            "/parts/",
            "/none.js",
            "secret.txt",
            "*",
            "",
            "/%",
            "/%zz",
            "/%ff",
        ] {
            assert_eq!(found(target), None, "{target}");
        }
    }

    #[test]
    fn percent_signs_need_two_digits_and_the_bytes_are_utf_8() {
        assert_eq!(percent_decoded("%E6%94%bf/a").as_deref(), Some("政/a"));
        assert_eq!(percent_decoded("%+1"), None);
        assert_eq!(percent_decoded("%E6"), None);
    }
}
