//! Calls in expressions: which function with which arguments?

use std::ops::Range;

use policy_finder_pack::rules::{Comparison, FieldId, ListFunction, Node, NodeId, ParameterKey, RecordOrder, Unit};
use policy_finder_pack::{Dimension, Exact};

use super::Fault;
use super::syntax::{Ast, Form};
use super::typing::{ListAt, Lowering, Result, Typed, describe};
use crate::keys::closest;
use crate::vocabulary::new_field;

/// What can be called, beside the parameters of a corpus.
pub const FUNCTIONS: [&str; 12] = [
    "取小",
    "取大",
    "增长率",
    "复合增长率",
    "每满",
    "新上台阶",
    "历年最高",
    "近年最高",
    "满年数",
    "年份",
    "工作日后",
    "工作日数",
];

pub fn call(lowering: &mut Lowering, name: &str, arguments: &[Ast], span: Range<usize>) -> Result<Typed> {
    let ratio = || Unit::Number(Dimension::RATIO);
    let usage = |usage: &str| {
        let message = format!("{name} does not take {} arguments", arguments.len());
        Err(Fault::new(span.clone(), "wrong_arguments", message).hint(format!("write {usage}")))
    };
    match (name, arguments) {
        ("取小" | "取大", [first, _, ..]) => {
            let first_typed = lowering.lower(first)?;
            let mut parts = vec![first_typed.id];
            let mut unit = first_typed.unit.clone();
            for argument in &arguments[1..] {
                let next = lowering.lower(argument)?;
                let so_far = Typed { id: parts[0], unit };
                unit = lowering.same(&so_far, &next).ok_or_else(|| {
                    let message = format!("{name} of {} and {}", describe(&so_far.unit), describe(&next.unit));
                    Fault::new(argument.span.clone(), "unit_mismatch", message).hint("all parts need the same unit")
                })?;
                parts.push(next.id);
            }
            if !matches!(unit, Unit::Number(_) | Unit::Year | Unit::Date) {
                return Err(Fault::new(
                    span,
                    "not_a_number",
                    format!("{name} needs numbers, these are {}", describe(&unit)),
                ));
            }
            let node = if name == "取小" { Node::Min(parts) } else { Node::Max(parts) };
            Ok(Typed { id: lowering.push(node), unit })
        }
        ("取小" | "取大", _) => usage(&format!("{name}(甲, 乙)")),
        ("增长率", [now, base, rest @ ..]) if rest.len() <= 1 => {
            let (now_id, dimension) = lowering.quantity(now)?;
            let unit = Unit::Number(dimension);
            let base_id = lowering.of_unit(base, &unit)?;
            let zero_base = rest.first().map(|zero| lowering.of_unit(zero, &unit)).transpose()?;
            Ok(Typed { id: lowering.push(Node::Growth { now: now_id, base: base_id, zero_base }), unit: ratio() })
        }
        ("增长率", _) => usage("增长率(产值, 产值[上年]), with a third argument for a base of zero"),
        ("复合增长率", _) => {
            Err(Fault::new(span, "growth_not_compared", "复合增长率 can only be compared with a ratio")
                .hint("write 复合增长率(营业收入, 营业收入[前年], 2年) ≥ 20%"))
        }
        ("每满", [quantity, step]) => {
            let (quantity, dimension) = lowering.quantity(quantity)?;
            let step_id = lowering.of_unit(step, &Unit::Number(dimension))?;
            positive(lowering, step, step_id)?;
            Ok(Typed { id: lowering.push(Node::WholeSteps { quantity, step: step_id }), unit: ratio() })
        }
        ("每满", _) => usage("每满(产值, 1000万元)"),
        ("新上台阶", [now, before, start, step]) => {
            let (now, dimension) = lowering.quantity(now)?;
            let unit = Unit::Number(dimension);
            let before = lowering.of_unit(before, &unit)?;
            let start = lowering.of_unit(start, &unit)?;
            let step_id = lowering.of_unit(step, &unit)?;
            positive(lowering, step, step_id)?;
            Ok(Typed { id: lowering.push(Node::NewSteps { now, before, start, step: step_id }), unit: ratio() })
        }
        ("新上台阶", _) => {
            usage("新上台阶(产值, 历年最高(产值), 10亿元, 10亿元): now, reached before, start, step")
        }
        ("历年最高", [field]) => {
            let field = yearly(lowering, field)?;
            let unit = lowering.field_unit(field);
            Ok(Typed { id: lowering.push(Node::HighestEver(field)), unit })
        }
        ("历年最高", _) => usage("历年最高(产值)"),
        ("近年最高", [field, years]) => {
            let field = yearly(lowering, field)?;
            let years = whole_years(lowering, years)?;
            let unit = lowering.field_unit(field);
            Ok(Typed { id: lowering.push(Node::HighestRecent { field, years }), unit })
        }
        ("近年最高", _) => usage("近年最高(产值, 3年)"),
        ("满年数", [from, to]) => {
            let from = lowering.of_unit(from, &Unit::Date)?;
            let to = lowering.of_unit(to, &Unit::Date)?;
            Ok(Typed { id: lowering.push(Node::FullYears { from, to }), unit: Unit::Number(Dimension::months()) })
        }
        ("满年数", _) => usage("满年数(注册日期, 2025年12月31日)"),
        ("年份", [date]) => {
            let date = lowering.of_unit(date, &Unit::Date)?;
            Ok(Typed { id: lowering.push(Node::YearOf(date)), unit: Unit::Year })
        }
        ("年份", _) => usage("年份(注册日期)"),
        ("工作日后" | "工作日数", _) if lowering.names.vocabulary().calendar.is_empty() => {
            Err(Fault::new(span, "no_calendar", "the vocabulary has no calendar to count working days by")
                .hint("add vocabulary/calendar.toml with [[year]], its off and worked days"))
        }
        ("工作日后", [date, days]) => {
            let date = lowering.of_unit(date, &Unit::Date)?;
            let days = lowering.of_unit(days, &Unit::Number(Dimension::workdays()))?;
            Ok(Typed { id: lowering.push(Node::WorkdaysAfter { date, days }), unit: Unit::Date })
        }
        ("工作日后", _) => usage("工作日后(受理日期, 20个工作日)"),
        ("工作日数", [from, to]) => {
            let from = lowering.of_unit(from, &Unit::Date)?;
            let to = lowering.of_unit(to, &Unit::Date)?;
            let unit = Unit::Number(Dimension::workdays());
            Ok(Typed { id: lowering.push(Node::WorkdaysBetween { from, to }), unit })
        }
        ("工作日数", _) => usage("工作日数(受理日期, 办结日期)"),
        _ => {
            let parameters = &lowering.names.vocabulary().parameters;
            if let Some(index) = parameters.iter().position(|parameter| parameter.name == name) {
                return parameter(lowering, index, arguments, span);
            }
            if lowering.names.vocabulary().broken.iter().any(|broken| broken == name) {
                return Err(Fault::silent());
            }
            let name_span = span.start..span.start + name.len();
            let fault = Fault::new(name_span, "unknown_function", format!("no function or parameter “{name}”"));
            let known = FUNCTIONS.into_iter().chain(parameters.iter().map(|parameter| parameter.name.as_str()));
            Err(match closest(name, known) {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault.hint(format!("functions are: {}", FUNCTIONS.join(", "))),
            })
        }
    }
}

/// 已获(本条), 已获(policy#benefit, 本年)
pub fn reference(
    lowering: &mut Lowering,
    name: &str,
    target: &str,
    this_year: bool,
    span: Range<usize>,
) -> Result<Typed> {
    let benefit = match (target, &lowering.names.own) {
        ("本条", Some(own)) => own.clone(),
        ("本条", None) => {
            return Err(
                Fault::new(span, "unknown_benefit", "本条 has no meaning outside a benefit").hint("name the benefit")
            );
        }
        (id, _) => lowering.names.full_id(id),
    };
    if !lowering.names.benefits.contains(&benefit) {
        let fault = Fault::new(span, "unknown_benefit", format!("no benefit “{target}”"));
        return Err(match closest(&benefit, lowering.names.benefits.iter().map(String::as_str)) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("write policy#benefit, or the id alone for one of the same policy"),
        });
    }
    let unit = Unit::Number(Dimension::money());
    if name == "应得" {
        if Some(&benefit) == lowering.names.own.as_ref() {
            return Err(Fault::new(span, "cycle", "a benefit cannot depend on what it comes to itself"));
        }
        return Ok(Typed { id: lowering.push(Node::Due { benefit, index: None }), unit });
    }
    Ok(Typed { id: lowering.push(Node::Received { benefit, this_year }), unit })
}

/// 求和(担保: 担保额), 计数(贷款), 存在(担保: 担保费率 > 1.5%/年)
pub fn list_call(
    lowering: &mut Lowering,
    name: &str,
    list: &Ast,
    order: Option<&(Box<Ast>, bool)>,
    each: Option<&Ast>,
    span: Range<usize>,
) -> Result<Typed> {
    let Form::Name(list_name) = &list.form else {
        return Err(
            Fault::new(list.span.clone(), "not_a_list", format!("{name} works on a list")).hint("name the list")
        );
    };
    let list = lowering.list(list_name, list.span.clone())?;
    if list.column.is_some() {
        lowering.reads_item(list);
    }
    let function = ListFunction::ALL.into_iter().find(|function| function.name() == name);
    let function =
        function.ok_or_else(|| Fault::new(span.clone(), "unknown_function", format!("no function “{name}”")))?;
    let Some(each) = each else {
        if function == ListFunction::Count {
            let unit = Unit::Number(Dimension::parse("个").unwrap_or(Dimension::RATIO));
            return Ok(Typed { id: lowering.push(over(function, list, None, None)), unit });
        }
        let fault = Fault::new(span, "wrong_arguments", format!("{name} of what?"));
        return Err(fault.hint(format!("write {name}({list_name}: …) with a column of the list")));
    };
    let counted = std::mem::replace(&mut lowering.counted, false);
    let order = match order {
        None => None,
        Some((by, descending)) => {
            let by = lowering.with_list(list, |lowering| lowering.lower(by))?.id;
            Some(RecordOrder { by, descending: *descending })
        }
    };
    let (body, unit) = lowering.with_list(list, |lowering| -> Result<(NodeId, Unit)> {
        match function {
            ListFunction::Exists | ListFunction::All => Ok((lowering.truth(each)?, Unit::Bool)),
            ListFunction::Count => {
                let unit = Unit::Number(Dimension::parse("个").unwrap_or(Dimension::RATIO));
                Ok((lowering.truth(each)?, unit))
            }
            ListFunction::Sum | ListFunction::Max | ListFunction::Min => {
                let (id, dimension) = lowering.quantity(each)?;
                Ok((id, Unit::Number(dimension)))
            }
        }
    })?;
    if std::mem::replace(&mut lowering.counted, counted) && order.is_none() {
        let message = "序号 is used, but nothing says in which order";
        return Err(Fault::new(span, "order_missing", message)
            .hint(format!("write {name}({list_name} 按 … 从高到低: …), with a column of the list")));
    }
    Ok(Typed { id: lowering.push(over(function, list, order, Some(body))), unit })
}

fn over(function: ListFunction, at: ListAt, order: Option<RecordOrder>, body: Option<NodeId>) -> Node {
    let ListAt { list, column } = at;
    match (column, order) {
        (None, None) => Node::List { function, list, body },
        _ => Node::Records { function, list, column, order, body },
    }
}

/// LPR一年期(放款日)
fn parameter(lowering: &mut Lowering, index: usize, arguments: &[Ast], span: Range<usize>) -> Result<Typed> {
    let parameter = &lowering.names.corpus.vocabulary.parameters[index];
    if arguments.len() != parameter.keys.len() {
        let message = format!("{} is looked up by {} values", parameter.name, parameter.keys.len());
        return Err(Fault::new(span, "wrong_arguments", message));
    }
    let mut keys = Vec::with_capacity(arguments.len());
    for (kind, argument) in parameter.keys.iter().zip(arguments) {
        keys.push(match kind {
            ParameterKey::Date => lowering.of_unit(argument, &Unit::Date)?,
            ParameterKey::Year => lowering.of_unit(argument, &Unit::Year)?,
            ParameterKey::Option(field) => match &argument.form {
                Form::Name(word) if lowering.option_of(&Unit::Option(*field), word, 0..0).is_ok() => {
                    let option = lowering.option_of(&Unit::Option(*field), word, argument.span.clone())?;
                    lowering.push(Node::Option(option))
                }
                _ => lowering.of_unit(argument, &Unit::Option(*field))?,
            },
        });
    }
    let unit = Unit::Number(parameter.dimension.clone());
    Ok(Typed { id: lowering.push(Node::Parameter { parameter: index as u32, keys }), unit })
}

/// 复合增长率(今, 基, n年) against a ratio.
pub fn compound_growth(
    lowering: &mut Lowering,
    comparison: Comparison,
    arguments: &[Ast],
    other: &Ast,
    span: Range<usize>,
) -> Result<Typed> {
    let [now, base, years] = arguments else {
        let message = format!("复合增长率 does not take {} arguments", arguments.len());
        return Err(
            Fault::new(span, "wrong_arguments", message).hint("write 复合增长率(营业收入, 营业收入[前年], 2年) ≥ 20%")
        );
    };
    let (now, dimension) = lowering.quantity(now)?;
    let base = lowering.of_unit(base, &Unit::Number(dimension))?;
    let years = whole_years(lowering, years)?;
    let rate = lowering.of_unit(other, &Unit::Number(Dimension::RATIO))?;
    let node = Node::CompoundGrowth { comparison, now, base, years, rate };
    Ok(Typed { id: lowering.push(node), unit: Unit::Bool })
}

fn positive(lowering: &Lowering, ast: &Ast, id: NodeId) -> Result<()> {
    if lowering.constant(id).is_some_and(|value| value <= Exact::ZERO) {
        return Err(Fault::new(ast.span.clone(), "bad_step", "a step must be larger than zero")
            .hint("e.g. 每满(产值, 1000万元)"));
    }
    Ok(())
}

fn yearly(lowering: &Lowering, ast: &Ast) -> Result<FieldId> {
    let Form::Name(name) = &ast.form else {
        return Err(Fault::new(ast.span.clone(), "not_yearly", "a field with figures by year is expected here"));
    };
    let fields = &lowering.names.vocabulary().fields;
    match lowering.field(name) {
        Some(field) if fields[field.0 as usize].yearly => Ok(field),
        Some(_) => Err(Fault::new(ast.span.clone(), "not_yearly", format!("“{name}” has no figures by year"))
            .hint("mark the field yearly = true in the vocabulary")),
        None => {
            if lowering.names.vocabulary().broken.iter().any(|broken| broken == name) {
                return Err(Fault::silent());
            }
            let fault = Fault::new(ast.span.clone(), "unknown_field", format!("the vocabulary has no field “{name}”"));
            let near = closest(name, fields.iter().filter(|f| f.yearly).map(|f| f.name.as_str()));
            Err(fault.hint(new_field(near)))
        }
    }
}

/// A constant number of whole years.
fn whole_years(lowering: &mut Lowering, ast: &Ast) -> Result<u32> {
    let id = lowering.of_unit(ast, &Unit::Number(Dimension::months()))?;
    let years = lowering.constant(id).and_then(|months| months.checked_div(Exact::integer(12)));
    years
        .filter(|years| years.is_integer() && *years > Exact::ZERO)
        .and_then(|years| u32::try_from(years.numerator()).ok())
        .filter(|years| *years <= 100)
        .ok_or_else(|| {
            Fault::new(ast.span.clone(), "bad_years", "a fixed number of whole years is expected here").hint("e.g. 3年")
        })
}
