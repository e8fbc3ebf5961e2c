use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, presets};

/// A table without lines: columns set apart by spaces, wrapped to the terminal's width where there is one.
pub struct Table {
    table: comfy_table::Table,
    right: &'static [usize],
}

/// Columns numbered in `right` hold numbers.
pub fn table(header: &[&str], right: &'static [usize]) -> Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if !header.is_empty() {
        table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    }
    Table { table, right }
}

impl Table {
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        self.table.add_row(cells.into_iter().map(Into::into).collect::<Vec<Cell>>());
    }

    /// The lines, without trailing blanks.
    pub fn lines(mut self) -> String {
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for &index in self.right {
            if let Some(column) = self.table.column_mut(index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self.table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_double_width_characters() {
        let mut table = table(&["名称", "字节"], &[1]);
        table.row(["园区", "1"]);
        table.row(["RULES", "12"]);
        let text = anstream::adapter::strip_str(&table.lines()).to_string();
        assert_eq!(text.replace(" \n", "\n"), "名称   字节\n园区      1\nRULES    12\n");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
