public import Environment
public import Operations

/// Judges some guarantees by reading a history once, event by event.
///
/// A checker is a value without clock, file or randomness. One that throws yields `unknown` with
/// the reason for every guarantee that it judges.
public protocol Checker: Sendable {
  /// The name on the command line and in reports.
  static var name: String { get }
  /// The guarantees that it judges.
  static var guarantees: [Guarantee] { get }
  /// A checker for one history.
  init(header: HistoryHeader, criteria: Criteria)
  /// Takes the next event of the history; the order of calls is the order of the history.
  mutating func observe(_ event: TimedEvent) throws(CheckerFailure)
  /// Takes the next events in their order, which is the same as taking one after the other.
  mutating func observe(_ events: Span<TimedEvent>) throws(CheckerFailure)
  /// What was found; called once, after the last event.
  mutating func conclude() throws(CheckerFailure) -> CheckerReport
}

extension Checker {
  /// Takes one after the other.
  @inlinable public mutating func observe(_ events: Span<TimedEvent>) throws(CheckerFailure) {
    for place in events.indices { try observe(events[place]) }
  }
}

/// Why a checker could not go on; it makes its guarantees unknown.
public struct CheckerFailure: Error, Hashable, Sendable {
  /// For people.
  public var reason: String

  /// A failure.
  public init(_ reason: String) {
    self.reason = reason
  }
}

/// What the plan demands of a run before a guarantee may be called held.
public struct Criteria: Hashable, Sendable {
  /// The fewest confirmed messages a queue for which anything about messages may be held.
  public var minimumConfirmed: Int
  /// The longest span without a success that bounded unavailability allows.
  public var unavailabilityBound: Duration
  /// The most witnesses that are kept for a guarantee and queue.
  public var witnessLimit: Int

  /// Criteria.
  public init(minimumConfirmed: Int, unavailabilityBound: Duration, witnessLimit: Int = 20) {
    self.minimumConfirmed = minimumConfirmed
    self.unavailabilityBound = unavailabilityBound
    self.witnessLimit = witnessLimit
  }
}

/// What a checker found.
public struct CheckerReport: Hashable, Sendable {
  /// One finding a judged guarantee and queue.
  public var findings: [Finding]
  /// Counts and times a queue, in the order in which they are to be shown.
  public var measures: [Measure]
  /// The account of each queue, if the checker keeps one; its figures are among the measures.
  package var totals: [LedgerTotals] = []
  /// Availability by queue and side, if the checker measures it; likewise.
  package var availability: [AvailabilitySummary] = []

  /// A report of findings and figures.
  public init(findings: [Finding], measures: [Measure]) {
    self.findings = findings
    self.measures = measures
  }

  /// A report with an account of each queue.
  package init(
    findings: [Finding], measures: [Measure], totals: [LedgerTotals] = [],
    availability: [AvailabilitySummary] = []
  ) {
    self.findings = findings
    self.measures = measures
    self.totals = totals
    self.availability = availability
  }
}

/// The judgement of one guarantee for one queue.
public struct Finding: Hashable, Sendable {
  /// What was judged.
  public var guarantee: Guarantee
  /// For which queue.
  public var queue: QueueID
  /// What came out.
  public var judgement: Judgement
  /// How many violations there were (all of them, not only the witnesses).
  public var violations: Int
  /// The first of them, at most `Criteria.witnessLimit`.
  public var witnesses: [Witness]

  /// A finding.
  public init(
    guarantee: Guarantee, queue: QueueID, judgement: Judgement, violations: Int = 0,
    witnesses: [Witness] = []
  ) {
    self.guarantee = guarantee
    self.queue = queue
    self.judgement = judgement
    self.violations = violations
    self.witnesses = witnesses
  }
}

/// One violation, so that a reader can find it in the history.
public struct Witness: Hashable, Sendable {
  /// The message, if it is about one.
  public var message: MessageID?
  /// The operations involved, if any.
  public var operations: [OperationID]
  /// When it began.
  public var from: Instant
  /// When it was over or became certain.
  public var to: Instant
  /// One sentence for people, and what of the history it names; a stored result has only words.
  public var statement: WitnessText
  /// The sentence alone, with the numbers of the history.
  public var text: String {
    get { statement.description }
    set { statement = WitnessText(newValue) }
  }

  /// A witness.
  public init(
    message: MessageID? = nil, operations: [OperationID] = [], from: Instant, to: Instant,
    text: WitnessText
  ) {
    self.message = message
    self.operations = operations
    self.from = from
    self.to = to
    statement = text
  }

  /// Whether they say the same; what the sentence is made of does not matter.
  public static func == (lhs: Witness, rhs: Witness) -> Bool {
    lhs.message == rhs.message && lhs.operations == rhs.operations && lhs.from == rhs.from
      && lhs.to == rhs.to && lhs.text == rhs.text
  }

  /// By what is compared.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(message)
    hasher.combine(operations)
    hasher.combine(from)
    hasher.combine(to)
    hasher.combine(text)
  }
}
