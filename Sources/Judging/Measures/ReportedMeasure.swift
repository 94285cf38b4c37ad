/// A figure that reports show: its name in results, its row in tables and what it means.
package struct ReportedMeasure: Hashable, Sendable {
  /// What the figure counts.
  package enum Unit: Hashable, Sendable {
    /// Things.
    case count
    /// Time.
    case time
  }
  /// How a figure above zero is to be seen.
  package enum Concern: Hashable, Sendable {
    /// It is neither good nor bad.
    case neutral
    /// It deserves a look.
    case notable
    /// It is a broken promise.
    case grave
  }
  /// Where a row is shown.
  package enum Presence: Hashable, Sendable {
    /// In every table, with a dash where there is no figure.
    case always
    /// In every table if any queue has more than zero.
    case whenAny
    /// Only in the Markdown report.
    case detail
  }
  /// The name in checkers' reports, in results.json and in expectations.
  package var name: String
  /// The row's label in tables.
  package var label: String
  /// The label where several measures of a run have the same short one.
  package var longLabel: String
  /// What it counts.
  package var unit: Unit
  /// How a figure above zero is to be seen.
  package var concern: Concern
  /// Where its row is shown.
  package var presence: Presence
  /// What it means, for the legend.
  package var meaning: String

  /// A figure.
  package init(
    _ name: String, _ label: String? = nil, longLabel: String? = nil, unit: Unit = .count,
    concern: Concern = .neutral,
    shown presence: Presence = .always, meaning: String
  ) {
    self.name = name
    self.label = label ?? name
    self.longLabel = longLabel ?? self.label
    self.unit = unit
    self.concern = concern
    self.presence = presence
    self.meaning = meaning
  }
}
