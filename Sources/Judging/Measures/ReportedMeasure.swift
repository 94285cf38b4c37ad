package import Harness

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
  /// Which figure.
  package var key: MeasureKey
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

  /// The name in results.json and in expectations.
  package var name: String { key.description }

  /// The row of a figure of the whole queue.
  package init(
    _ name: MeasureName, _ label: String? = nil, unit: Unit = .count, concern: Concern = .neutral,
    shown presence: Presence = .always, meaning: String
  ) {
    self.init(
      .whole(name), label, unit: unit, concern: concern, shown: presence, meaning: meaning)
  }

  /// The row of any figure.
  package init(
    _ key: MeasureKey, _ label: String? = nil, longLabel: String? = nil, unit: Unit = .count,
    concern: Concern = .neutral,
    shown presence: Presence = .always, meaning: String
  ) {
    self.key = key
    self.label = label ?? key.description
    self.longLabel = longLabel ?? self.label
    self.unit = unit
    self.concern = concern
    self.presence = presence
    self.meaning = meaning
  }
}
