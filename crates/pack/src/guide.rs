//! How to apply: the elements of a 办事指南, stored as `postcard`.

use serde::{Deserialize, Serialize};

use crate::PackError;
use crate::format::{Pack, Tag};

pub const GUIDES: Tag = Tag::new("GUIDES");

/// Way of handling: 免申即享, 全程网办, 现场办理.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Channel {
    Auto,
    Online,
    OnSite,
}

impl Channel {
    pub const ALL: [Channel; 3] = [Channel::Auto, Channel::Online, Channel::OnSite];

    pub fn name(self) -> &'static str {
        match self {
            Channel::Auto => "auto",
            Channel::Online => "online",
            Channel::OnSite => "on_site",
        }
    }

    pub fn from_name(name: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|c| c.name() == name)
    }

    /// Its bit in [`crate::records::PolicyRecord::channels`].
    pub fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// One document to hand in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    pub name: String,
    pub form: Option<String>,
    pub copies: Option<String>,
    /// `true`, `false` or the words of the guide; absent where not found.
    pub required: Option<String>,
    pub source: Option<String>,
}

/// One 办事指南.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Index of the policy.
    pub policy: u32,
    /// Index of the clause above the block.
    pub clause: u32,
    pub item: String,
    pub channel: Option<Channel>,
    /// Full ids of the benefits it serves.
    pub benefits: Vec<String>,
    pub materials: Vec<Material>,
    pub process: Vec<String>,
    pub window: Option<String>,
    pub place: Option<String>,
    pub time_limit: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub deadline: Option<String>,
    pub results: Option<String>,
    pub note: Option<String>,
    pub source: Option<String>,
    pub not_found: Vec<String>,
}

/// All guides of a pack, in corpus order; none where the section is absent.
pub fn read(pack: &Pack) -> Result<Vec<Guide>, PackError> {
    let Some(section) = pack.find(GUIDES) else {
        return Ok(Vec::new());
    };
    postcard::from_bytes(&section)
        .map_err(|_| PackError::Malformed { section: GUIDES, what: "not in the expected shape" })
}
