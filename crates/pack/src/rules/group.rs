//! Here are benefits that are not simply added: which exclude, reduce or cap each other?

use serde::{Deserialize, Serialize};

use super::{Expr, Node, Reading, Scope};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupRule {
    /// 就高不重复
    Highest,
    /// 择一
    Exclusive,
    /// 差额补足: later members pay only what they exceed the earlier ones by.
    Reduce,
    /// 合计封顶
    Cap,
    /// 可叠加: printed, overrides nothing.
    Stack,
}

impl GroupRule {
    pub const ALL: [GroupRule; 5] =
        [GroupRule::Highest, GroupRule::Exclusive, GroupRule::Reduce, GroupRule::Cap, GroupRule::Stack];

    pub fn name(self) -> &'static str {
        match self {
            GroupRule::Highest => "highest",
            GroupRule::Exclusive => "exclusive",
            GroupRule::Reduce => "reduce",
            GroupRule::Cap => "cap",
            GroupRule::Stack => "stack",
        }
    }

    pub fn from_name(name: &str) -> Option<GroupRule> {
        GroupRule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// How several benefits combine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `policy#group`
    pub id: String,
    pub name: String,
    pub rule: GroupRule,
    pub policy: u32,
    pub clause: u32,
    /// Indices into [`RuleBook::benefits`].
    pub members: Vec<u32>,
    pub nodes: Vec<Node>,
    /// For caps.
    pub at: Option<Expr>,
    pub scope: Option<Scope>,
    pub readings: Vec<Reading>,
}
