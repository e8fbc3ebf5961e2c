//! Here is a book from unknown hands: does every index point somewhere, and does every evaluation end?

use super::{
    Benefit, Cell, Field, FieldId, FieldKind, Highest, LIMITS, Let, Mode, Node, NodeId, Parameter, RULES, Range,
    RuleBook, Table,
};
use crate::records::Records;
use crate::validity::Period;
use crate::{Exact, Pack, PackError, workdays};

impl RuleBook {
    /// Reads and checks the rules of a pack; an empty book where the section is absent.
    ///
    /// # Errors
    /// [`PackError::Malformed`] when the bytes are no rule book or an index in it points nowhere.
    pub fn read(pack: &Pack, records: &Records) -> Result<RuleBook, PackError> {
        let Some(section) = pack.find(RULES) else {
            return Ok(RuleBook::default());
        };
        let malformed = |what| PackError::Malformed { section: RULES, what };
        let mut book: RuleBook = postcard::from_bytes(&section).map_err(|_| malformed("not in the expected shape"))?;
        book.check(records.policies().len(), records.clause_count()).map_err(malformed)?;
        for benefit in &mut book.benefits {
            benefit.covers = match benefit.events {
                Some((first, last)) => Period { first: Some(first), last: Some(last), repealed: None },
                None => Period::of(&records.policies()[benefit.policy as usize]),
            };
        }
        book.workdays = workdays::read(pack)?;
        let limits = match pack.find(LIMITS) {
            Some(section) => postcard::from_bytes(&section).ok(),
            None => Some(book.parameters.iter().map(|p| Parameter::usual_limits(&p.dimension)).collect()),
        };
        let malformed = |what| PackError::Malformed { section: LIMITS, what };
        let limits: Vec<(Option<Exact>, Option<Exact>)> = limits.ok_or(malformed("not in the expected shape"))?;
        if limits.len() != book.parameters.len() {
            return Err(malformed("not one entry a parameter"));
        }
        book.parameters.iter_mut().zip(limits).for_each(|(parameter, limits)| parameter.limits = limits);
        book.benefits.iter_mut().for_each(Benefit::mark_shown);
        book.resolve_dues();
        Ok(book)
    }

    /// Puts places for the ids of benefits that others build on.
    fn resolve_dues(&mut self) {
        let places: Vec<String> = self.benefits.iter().map(|benefit| benefit.id.clone()).collect();
        let benefits = self.benefits.iter_mut().map(|benefit| &mut benefit.nodes);
        let groups = self.groups.iter_mut().map(|group| &mut group.nodes);
        let mut asked = Vec::new();
        for node in benefits.chain(groups).flatten() {
            if let Node::Due { benefit, index } = node {
                let place = places.iter().position(|id| id == benefit);
                *index = place.map(|place| place as u32);
                asked.extend(place);
            }
        }
        for place in asked {
            self.benefits[place].asked = Some(place as u32);
        }
    }

    /// Every index points at something, and expressions are trees of bounded depth.
    fn check(&self, policies: usize, clauses: usize) -> Result<(), &'static str> {
        let place = |policy: u32, clause: u32| {
            if (policy as usize) < policies && (clause as usize) < clauses { Ok(()) } else { Err("no such clause") }
        };
        let parameters: Vec<usize> = self.parameters.iter().map(|p| p.keys.len()).collect();
        let arena = |nodes, lets, tables| Arena { fields: &self.fields, parameters: &parameters, nodes, lets, tables };
        for field in &self.fields {
            if let FieldKind::List(items) = &field.kind {
                let inner = items.iter().filter_map(|item| match &item.kind {
                    FieldKind::List(records) => Some(records),
                    _ => None,
                });
                if items.iter().chain(inner.flatten()).any(|column| column.yearly || column.derived.is_some()) {
                    return Err("a column that is no plain value");
                }
            }
            let Some(derived) = &field.derived else { continue };
            arena(&derived.nodes, derived.lets.len(), &derived.tables).check()?;
            let node = |id: NodeId| {
                if (id.0 as usize) < derived.nodes.len() { Ok(()) } else { Err("no such node") }
            };
            node(derived.expr.root)?;
            derived.lets.iter().try_for_each(|l| node(l.expr.root))?;
            derived.tables.iter().try_for_each(|table| table.check(&node))?;
            if derived.nodes.iter().any(|node| matches!(node, Node::Due { .. })) {
                return Err("a derived field that asks for a benefit");
            }
        }
        for parameter in &self.parameters {
            if parameter.rows.iter().any(|row| row.keys.len() != parameter.keys.len()) {
                return Err("a parameter row of the wrong length");
            }
        }
        let derived = self.derived_depths()?;
        for benefit in &self.benefits {
            place(benefit.policy, benefit.clause)?;
            arena(&benefit.nodes, benefit.lets.len(), &benefit.tables).check()?;
            let node = |id: NodeId| {
                if (id.0 as usize) < benefit.nodes.len() { Ok(()) } else { Err("no such node") }
            };
            if let Some(each) = &benefit.each {
                let item = self.fields.get(each.list.0 as usize).map(|f| &f.kind);
                let Some(FieldKind::List(fields)) = item else { return Err("no such list") };
                if matches!(each.highest, Some(Highest::By(field)) if field as usize >= fields.len()) {
                    return Err("no such field of an item");
                }
                for condition in &each.needs {
                    place(benefit.policy, condition.clause)?;
                    node(condition.expr.root)?;
                }
                each.order.iter().try_for_each(|order| node(order.by.root))?;
            }
            for instalment in &benefit.instalments {
                instalment.need.iter().try_for_each(|need| node(need.root))?;
            }
            if benefit.caps.iter().any(|c| c.payer.is_some_and(|p| p as usize >= benefit.payers.len())) {
                return Err("no such payer");
            }
            for condition in benefit.needs.iter().chain(&benefit.vetoes) {
                place(benefit.policy, condition.clause)?;
                node(condition.expr.root)?;
            }
            let single = [&benefit.amount, &benefit.min_payout, &benefit.topup, &benefit.saving, &benefit.event];
            for expr in single.into_iter().flatten().chain(benefit.lets.iter().map(|l| &l.expr)) {
                node(expr.root)?;
            }
            for cap in &benefit.caps {
                node(cap.at.root)?;
                cap.used.iter().try_for_each(|used| node(used.root))?;
            }
            for table in &benefit.tables {
                table.check(&node)?;
            }
            if benefit.rounding.grain <= Exact::ZERO {
                return Err("rounding to a grain of zero");
            }
        }
        let owed = self.owed_depths(&derived)?;
        for group in &self.groups {
            place(group.policy, group.clause)?;
            arena(&group.nodes, 0, &[]).check()?;
            depth(&group.nodes, &[], &[], &|reads| match reads.reads_field() {
                Some(field) => derived[field.0 as usize],
                None => self.owes(reads).map_or(0, |target| owed[target]),
            })?;
            if let Some(at) = &group.at
                && at.root.0 as usize >= group.nodes.len()
            {
                return Err("no such node");
            }
            if group.members.iter().any(|&m| m as usize >= self.benefits.len()) {
                return Err("no such benefit");
            }
        }
        Ok(())
    }

    /// The circle of derived fields that one stands in, beginning and ending with it.
    pub fn circle(&self, field: usize) -> Option<Vec<usize>> {
        let mut paths = vec![vec![field]];
        let mut seen = vec![false; self.fields.len()];
        while let Some(path) = paths.pop() {
            let last = path[path.len() - 1];
            let Some(derived) = self.fields.get(last).and_then(|f| f.derived.as_ref()) else { continue };
            for node in &derived.nodes {
                let (Node::Field { field: next, .. } | Node::HighestRecent { field: next, .. }) = node else {
                    continue;
                };
                let next = next.0 as usize;
                if next == field {
                    return Some([path, vec![field]].concat());
                }
                if seen.get(next).is_some_and(|seen| !seen) {
                    seen[next] = true;
                    paths.push([path.clone(), vec![next]].concat());
                }
            }
        }
        None
    }

    /// How deep the evaluation of each field goes: 0 where it is not derived.
    fn derived_depths(&self) -> Result<Vec<u16>, &'static str> {
        fn visit(book: &RuleBook, index: usize, level: u16, known: &mut Vec<Option<u16>>) -> Result<(), &'static str> {
            if known[index].is_some() {
                return Ok(());
            }
            let Some(derived) = &book.fields[index].derived else {
                known[index] = Some(0);
                return Ok(());
            };
            if level > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            for node in &derived.nodes {
                if let Some(field) = node.reads_field() {
                    visit(book, field.0 as usize, level + 1, known)?;
                }
            }
            let below = |reads: &Node| reads.reads_field().and_then(|f| known[f.0 as usize]).unwrap_or(0);
            let depth = depth(&derived.nodes, &derived.lets, &derived.tables, &below)?;
            known[index] = Some(depth);
            Ok(())
        }
        let mut known = vec![None; self.fields.len()];
        for index in 0..self.fields.len() {
            visit(self, index, 0, &mut known)?;
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// How deep the evaluation of each benefit goes, through what it is owed by others.
    fn owed_depths(&self, derived: &[u16]) -> Result<Vec<u16>, &'static str> {
        type Known = Vec<Option<u16>>;
        fn visit(
            book: &RuleBook,
            at: usize,
            chain: u8,
            derived: &[u16],
            known: &mut Known,
        ) -> Result<(), &'static str> {
            if known[at].is_some() {
                return Ok(());
            }
            if chain > MAX_CHAIN {
                return Err("a benefit depends on itself, or on too many others");
            }
            let Benefit { nodes, lets, tables, .. } = &book.benefits[at];
            for node in nodes {
                if let Some(target) = book.owes(node) {
                    visit(book, target, chain + 1, derived, known)?;
                }
            }
            let depth = depth(nodes, lets, tables, &|reads| book.reads_depth(reads, derived, known))?;
            known[at] = Some(depth);
            Ok(())
        }
        let mut known = vec![None; self.benefits.len()];
        for at in 0..known.len() {
            visit(self, at, 0, derived, &mut known)?;
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The benefit that a node asks for.
    fn owes(&self, node: &Node) -> Option<usize> {
        let Node::Due { benefit, .. } = node else { return None };
        self.benefits.iter().position(|other| other.id == *benefit)
    }

    fn reads_depth(&self, node: &Node, derived: &[u16], owed: &[Option<u16>]) -> u16 {
        match node.reads_field() {
            Some(field) => derived[field.0 as usize],
            None => self.owes(node).and_then(|target| owed[target]).unwrap_or(0),
        }
    }
}

/// Deepest nesting of an expression, through named steps, tables, derived fields and other benefits.
const MAX_DEPTH: u16 = 200;
/// Longest chain of benefits that build on each other.
const MAX_CHAIN: u8 = 20;
const TOO_DEEP: &str = "an expression is nested too deeply";

struct Arena<'a> {
    fields: &'a [Field],
    /// How many keys each parameter has.
    parameters: &'a [usize],
    nodes: &'a [Node],
    lets: usize,
    tables: &'a [Table],
}

impl Arena<'_> {
    fn items(&self, list: FieldId) -> Option<&[Field]> {
        match &self.fields.get(list.0 as usize)?.kind {
            FieldKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The columns of the records in a column.
    fn records(&self, list: FieldId, column: u32) -> Option<&[Field]> {
        match &self.items(list)?.get(column as usize)?.kind {
            FieldKind::List(records) => Some(records),
            _ => None,
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        let mut depths: Vec<u16> = Vec::with_capacity(self.nodes.len());
        for node in self.nodes {
            let mut depth = Some(0);
            // Children come first, so there can be no cycle.
            node.each_child(|child| {
                depth = depth.zip(depths.get(child.0 as usize)).map(|(depth, below)| depth.max(below + 1));
            });
            let Some(depth) = depth else { return Err("a node comes before its parts") };
            if depth > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            depths.push(depth);
            let fits = match node {
                Node::Field { field, .. } | Node::HighestEver(field) | Node::HighestRecent { field, .. } => {
                    (field.0 as usize) < self.fields.len()
                }
                Node::Let(index) => (*index as usize) < self.lets,
                Node::List { list, .. } => self.items(*list).is_some(),
                Node::Item { list, field } => self.items(*list).is_some_and(|items| (*field as usize) < items.len()),
                Node::Nested { list, column, field } => {
                    self.records(*list, *column).is_some_and(|records| (*field as usize) < records.len())
                }
                Node::Records { list, column, .. } => match column {
                    None => self.items(*list).is_some(),
                    Some(column) => self.records(*list, *column).is_some(),
                },
                Node::Parameter { parameter, keys } => self.parameters.get(*parameter as usize) == Some(&keys.len()),
                Node::Column { table, keys, column } => self.tables.get(*table as usize).is_some_and(|t| {
                    (*column as usize) < t.columns.len() && keys.as_ref().is_none_or(|k| k.len() == t.keys.len())
                }),
                _ => true,
            };
            if !fits {
                return Err("a node points at nothing");
            }
        }
        Ok(())
    }
}

impl Table {
    fn check(&self, node: &impl Fn(NodeId) -> Result<(), &'static str>) -> Result<(), &'static str> {
        if self.keys.is_empty() || (self.mode != Mode::Pick && (self.keys.len() != 1 || self.columns.is_empty())) {
            return Err("a table without its key");
        }
        self.keys.iter().chain(&self.before).try_for_each(|e| node(e.root))?;
        if let Some(values) = &self.otherwise {
            if values.len() != self.columns.len() {
                return Err("a table row of the wrong length");
            }
            values.iter().try_for_each(|e| node(e.root))?;
        }
        for row in &self.rows {
            let known = row.is_known() || self.mode != Mode::Pick;
            if row.cells.len() != self.keys.len() || (known && row.values.len() != self.columns.len()) {
                return Err("a table row of the wrong length");
            }
            row.values.iter().try_for_each(|e| node(e.root))?;
            for cell in &row.cells {
                match cell {
                    Cell::Point(id) | Cell::Holds(id) => node(*id)?,
                    Cell::Range(range) => range.nodes().try_for_each(node)?,
                    Cell::Any | Cell::Options(_) | Cell::Bool(_) => {}
                }
                if self.mode != Mode::Pick && !matches!(cell, Cell::Range(_)) {
                    return Err("a band or rung that is no range");
                }
                if self.mode == Mode::Ladder && !matches!(cell, Cell::Range(Range { low: Some(_), .. })) {
                    return Err("a rung without its height");
                }
            }
        }
        Ok(())
    }
}

/// How deep the evaluation of an arena goes at most; lets and tables must not depend on themselves. `below` is the depth
/// of what a node reads outside the arena.
fn depth(nodes: &[Node], lets: &[Let], tables: &[Table], below: &dyn Fn(&Node) -> u16) -> Result<u16, &'static str> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done(u16),
    }
    struct Walk<'a> {
        nodes: &'a [Node],
        lets: &'a [Let],
        tables: &'a [Table],
        below: &'a dyn Fn(&Node) -> u16,
        /// Lets, then tables.
        marks: Vec<Mark>,
        depths: Vec<Option<u16>>,
    }
    impl Walk<'_> {
        fn item(&mut self, item: usize, level: u16) -> Result<u16, &'static str> {
            match self.marks[item] {
                Mark::Done(depth) => return Ok(depth),
                Mark::Open => return Err("a let or table depends on itself"),
                Mark::New => self.marks[item] = Mark::Open,
            }
            let roots = match item.checked_sub(self.lets.len()) {
                None => vec![self.lets[item].expr.root],
                Some(table) => self.tables[table].nodes(),
            };
            let mut deepest = 0;
            for root in roots {
                deepest = deepest.max(self.node(root, level + 1)?);
            }
            self.marks[item] = Mark::Done(deepest);
            Ok(deepest)
        }

        /// `level`: how deep the walk itself is, so that it ends in time.
        fn node(&mut self, id: NodeId, level: u16) -> Result<u16, &'static str> {
            let at = id.0 as usize;
            if let Some(depth) = self.depths[at] {
                return Ok(depth);
            }
            if level > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            let nodes = self.nodes;
            let node = &nodes[at];
            let mut below = (self.below)(node);
            match node {
                Node::Let(index) => below = below.max(self.item(*index as usize, level + 1)?),
                Node::Column { table, .. } => {
                    below = below.max(self.item(self.lets.len() + *table as usize, level + 1)?);
                }
                _ => {}
            }
            let mut open = Vec::new();
            node.each_child(|child| match self.depths[child.0 as usize] {
                Some(depth) => below = below.max(depth),
                None => open.push(child),
            });
            for child in open {
                below = below.max(self.node(child, level + 1)?);
            }
            let depth = below.saturating_add(1);
            if depth > MAX_DEPTH {
                return Err(TOO_DEEP);
            }
            self.depths[at] = Some(depth);
            Ok(depth)
        }
    }
    let marks = vec![Mark::New; lets.len() + tables.len()];
    let mut walk = Walk { nodes, lets, tables, below, marks, depths: vec![None; nodes.len()] };
    let mut deepest = 0;
    for index in 0..nodes.len() {
        deepest = deepest.max(walk.node(NodeId(index as u32), 0)?);
    }
    // What no node reaches must end, too.
    for item in 0..lets.len() + tables.len() {
        deepest = deepest.max(walk.item(item, 0)?);
    }
    Ok(deepest)
}

impl Benefit {
    /// Marks the named steps and tables that a trace of the amount shows.
    fn mark_shown(&mut self) {
        if self.lets.is_empty() && self.tables.is_empty() {
            return;
        }
        let mut open: Vec<NodeId> = self.amount.iter().map(|amount| amount.root).collect();
        let mut reached = vec![false; self.nodes.len()];
        self.reach(&mut open, &mut reached);
        for index in 0..self.lets.len() {
            let name = &self.lets[index].name;
            let nodes = self.nodes.iter().zip(&reached).filter(|(_, reached)| **reached);
            let is_it = |node: &Node| matches!(node, Node::Let(at) if self.lets[*at as usize].name == *name);
            self.lets[index].shown = nodes.into_iter().any(|(node, _)| is_it(node));
        }
        open.extend(self.lets.iter().map(|step| step.expr.root).chain(self.caps.iter().map(|cap| cap.at.root)));
        self.reach(&mut open, &mut reached);
        for (node, _) in self.nodes.iter().zip(&reached).filter(|(_, reached)| **reached) {
            if let Node::Column { table, keys: None, .. } = node {
                self.tables[*table as usize].shown = true;
            }
        }
    }

    /// Every node that others contain, through named steps and tables.
    fn reach(&self, open: &mut Vec<NodeId>, reached: &mut [bool]) {
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut reached[id.0 as usize], true) {
                continue;
            }
            let node = &self.nodes[id.0 as usize];
            match node {
                Node::Let(index) => open.push(self.lets[*index as usize].expr.root),
                Node::Column { table, .. } => {
                    let table = &self.tables[*table as usize];
                    let values = table.rows.iter().flat_map(|row| &row.values);
                    open.extend(table.keys.iter().chain(values).map(|expr| expr.root));
                }
                _ => {}
            }
            node.each_child(|child| open.push(child));
        }
    }
}

impl Table {
    /// Every expression the table is made of.
    fn nodes(&self) -> Vec<NodeId> {
        let cells = self.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| match cell {
            Cell::Point(id) | Cell::Holds(id) => vec![*id],
            Cell::Range(range) => range.nodes().collect(),
            Cell::Any | Cell::Options(_) | Cell::Bool(_) => Vec::new(),
        });
        let values = self.rows.iter().flat_map(|row| &row.values).chain(self.otherwise.iter().flatten());
        let keys = self.keys.iter().chain(&self.before);
        values.chain(keys).map(|expr| expr.root).chain(cells).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dimension;
    use crate::rules::{Derived, Expr, Unit};

    fn step(index: u32) -> Let {
        let expr = Expr { root: NodeId(index), text: String::new(), unit: Unit::Number(Dimension::RATIO) };
        Let { name: format!("步{index}"), expr, shown: false }
    }

    #[test]
    fn steps_tables_and_fields_that_build_on_each_other_end_in_time() {
        let chain = |length: u32| {
            let mut nodes = vec![Node::Year(2024)];
            nodes.extend((0..length).map(Node::Let));
            let lets: Vec<Let> = (0..=length).map(step).collect();
            depth(&nodes, &lets, &[], &|_| 0)
        };
        assert_eq!(chain(10), Ok(11));
        assert_eq!(chain(5_000), Err(TOO_DEEP));
        // What stands below a derived field or another benefit counts.
        assert_eq!(depth(&[Node::Year(2024)], &[], &[], &|_| MAX_DEPTH), Err(TOO_DEEP));
        let itself = depth(&[Node::Let(0)], &[step(0)], &[], &|_| 0);
        assert_eq!(itself, Err("a let or table depends on itself"));
    }

    #[test]
    fn a_field_that_follows_from_its_own_earlier_years_is_refused() {
        let recent = Node::HighestRecent { field: FieldId(0), years: 3 };
        let expr = Expr { root: NodeId(0), text: String::new(), unit: Unit::Number(Dimension::RATIO) };
        let derived = Derived { nodes: vec![recent], lets: Vec::new(), tables: Vec::new(), expr };
        let field = Field {
            id: "a".to_owned(),
            name: "甲".to_owned(),
            kind: FieldKind::Number(Dimension::RATIO),
            yearly: true,
            min: None,
            max: None,
            question: String::new(),
            why: None,
            hint: None,
            group: None,
            effort: 1,
            changeable: true,
            derived: Some(Box::new(derived)),
        };
        let book = RuleBook { fields: vec![field], ..RuleBook::default() };
        assert_eq!(book.circle(0), Some(vec![0, 0]));
        assert_eq!(book.check(0, 0), Err(TOO_DEEP));
    }

    #[test]
    fn lists_in_lists_in_lists_are_refused_before_the_stack_ends() {
        // One field without id and name whose kind is a list of one such field, and so on.
        let deep = |levels: usize| [&[1][..], &[0, 0, 7, 1].repeat(levels)].concat();
        for levels in [3, 1_000, 1_000_000] {
            assert!(postcard::from_bytes::<RuleBook>(&deep(levels)).is_err(), "{levels}");
        }
    }
}
