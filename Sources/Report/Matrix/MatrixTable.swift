package import Harness

/// Which guarantee came out how, under which faults, for which queue: guarantees down, groups of
/// faults across, and in each group a column a queue.
///
/// A value without any knowledge of runs, so that one run, a campaign or a nightly matrix can be
/// shown by the same table.
package struct MatrixTable: Hashable, Sendable {
  /// Faults that were exercised together, and the queues that went through them.
  package struct Group: Hashable, Sendable {
    /// What was done: `isolate n1 + kill n1`, `no faults`.
    package var title: String
    /// The faults one by one, with the state of their evidence.
    package var faults: [FaultMention]
    /// The queues, as people call them.
    package var queues: [String]

    /// A group of columns.
    package init(title: String, faults: [FaultMention] = [], queues: [String]) {
      self.title = title
      self.faults = faults
      self.queues = queues
    }
  }

  /// A fault of a group.
  package struct FaultMention: Hashable, Sendable {
    /// What was done, to whom, when: `isolate n1, 5.8 s to 19.8 s`.
    package var text: String
    /// Why it does not count as exercised; nil if its effect was proved.
    package var shortcoming: String?

    /// A fault; `shortcoming` says what is missing if it was not proved.
    package init(_ text: String, shortcoming: String? = nil) {
      self.text = text
      self.shortcoming = shortcoming
    }
  }

  /// What a cell says.
  package enum Mark: Hashable, Sendable, CaseIterable {
    /// It was put to the test and nothing contradicts it.
    case held
    /// Something contradicts it.
    case violated
    /// It cannot be told.
    case unknown
    /// It was not put to the test.
    case notExercised
    /// Nobody judged it.
    case notJudged
  }

  /// One judgement.
  package struct Cell: Hashable, Sendable {
    /// What came out.
    package var mark: Mark
    /// A few words beside it, such as a count: `97`, `3 of 10 runs`.
    package var note: String
    /// Whether a verdict depends on it.
    package var isRequired: Bool
    /// Why it is unknown or not exercised.
    package var reason: String
    /// The id of the element on the page that tells more; nil if there is none.
    package var target: String?

    /// A judgement.
    package init(
      _ mark: Mark, note: String = "", isRequired: Bool = false, reason: String = "",
      target: String? = nil
    ) {
      self.mark = mark
      self.note = note
      self.isRequired = isRequired
      self.reason = reason
      self.target = target
    }
  }

  /// A guarantee and how it came out everywhere.
  package struct Row: Hashable, Sendable {
    /// The guarantee.
    package var guarantee: Guarantee
    /// One list of cells a group, one cell a queue of the group.
    package var cells: [[Cell]]

    /// A row.
    package init(_ guarantee: Guarantee, cells: [[Cell]]) {
      self.guarantee = guarantee
      self.cells = cells
    }
  }

  /// The columns.
  package var groups: [Group]
  /// The rows, in the order of `Guarantee.allCases`.
  package var rows: [Row]
  /// Whether a cell stands for several runs.
  package var isOfManyRuns: Bool

  /// A matrix.
  package init(groups: [Group], rows: [Row], isOfManyRuns: Bool = false) {
    self.groups = groups
    self.rows = rows
    self.isOfManyRuns = isOfManyRuns
  }
}
