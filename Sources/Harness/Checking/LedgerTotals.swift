package import Operations

/// The ledger's account of one queue.
package struct LedgerTotals: Hashable, Sendable {
  /// How often an anomaly was seen.
  package struct Occurrences: Hashable, Sendable {
    /// Messages that have it.
    package var messages = 0
    /// Deliveries that showed it; pairs of holds for overlapping holds.
    package var deliveries = 0
  }

  /// The queue.
  package var queue: QueueID
  /// Publishes invoked.
  package var attempts = 0
  /// Publishes that the broker confirmed in time.
  package var confirmed = 0
  /// Publishes of which nobody can tell whether they happened.
  package var doubtful = 0
  /// Takes and drains of which nobody can tell what they took.
  package var takenInDoubt = 0
  /// Confirmed messages that would be lost, had they not perhaps been taken so.
  package var excused = 0
  /// Confirmed messages that were given back and gone, had they not perhaps been taken so.
  package var untraced = 0
  /// Confirmed messages among the undrained.
  package var undrainedConfirmed = 0
  /// Messages published to this queue that were received as dead letters and not from it.
  package var movedUnseen = 0
  /// First deliveries from this queue of messages that another queue had dead-lettered.
  package var lettersIn = 0
  /// Messages of this queue that were received from the one that gets its dead letters.
  package var lettersOut = 0
  /// Confirmed messages that were discarded from this queue and not received as dead letters, while
  /// nothing proves that they are gone.
  package var undrainedLetters = 0
  /// Everything that consumers received.
  package var deliveries = 0
  /// Deliveries that were the first one of a message from this queue.
  package var firstDeliveries = 0
  /// First deliveries that were flagged as redelivered: allowed.
  package var flaggedFirstDeliveries = 0
  /// Deliveries after the first one of their message.
  package var repeats = 0
  /// Unflagged repeats that may have been sent before the flagged deliveries received earlier.
  package var ambiguousRepeats = 0
  /// Messages delivered more than once.
  package var duplicated = 0
  /// Deliveries whose body carries no id of this run.
  package var foreign = 0
  /// Deliveries of a message that had not been published.
  package var neverInvoked = 0
  /// Deliveries of a message that was published to another queue, whose dead letters do not come
  /// here.
  package var misrouted = 0
  /// Pairs of holds that may have overlapped and may not have.
  package var possibleOverlaps = 0
  /// Deliveries that were settled by their consumer.
  package var settled = 0
  /// Deliveries that were unsettled when their session was lost.
  package var abandoned = 0
  /// Deliveries that were unsettled when the history ended.
  package var held = 0

  @usableFromInline var fates = Array(repeating: 0, count: Fate.allCases.count)
  @usableFromInline var anomalies = Array(repeating: Occurrences(), count: Anomaly.allCases.count)

  /// Totals of a queue about which nothing is known yet.
  package init(queue: QueueID) {
    self.queue = queue
  }

  /// How many attempts had this fate.
  @inlinable package subscript(fate: Fate) -> Int {
    get { fates[Int(fate.rawValue)] }
    set { fates[Int(fate.rawValue)] = newValue }
  }

  /// How often this anomaly was seen.
  @inlinable package subscript(anomaly: Anomaly) -> Occurrences {
    get { anomalies[Int(anomaly.rawValue)] }
    set { anomalies[Int(anomaly.rawValue)] = newValue }
  }

  /// Deliveries of what was never published to this queue.
  package var phantoms: Int { foreign + neverInvoked + misrouted }

  /// Checks that the totals agree with one another; a disagreement is a bug of the ledger.
  package func reconcile() throws(CheckerFailure) {
    let fateSum = Fate.allCases.reduce(0) { $0 + self[$1] }
    try require("attempts = sum of fates", attempts, fateSum)
    try require(
      "attempts = refused + returned + confirmed + doubtful", attempts,
      self[.refused] + self[.returned] + confirmed + doubtful)
    try require(
      "confirmed = delivered + dead-lettered + lost + undrained", confirmed,
      self[.delivered] + self[.deadLettered] + self[.lost] + undrainedConfirmed)
    try require(
      "deliveries = first + repeats + phantoms", deliveries,
      firstDeliveries + repeats + phantoms)
    try require(
      "repeats = redelivered + unflagged + dead-lettered again + ambiguous", repeats,
      self[.redelivered].deliveries + self[.unflagged].deliveries
        + self[.deadLetteredAgain].deliveries + ambiguousRepeats)
    try require(
      "first deliveries - dead letters in + moved unseen = delivered + dead-lettered + recovered + "
        + "failed yet delivered", firstDeliveries - lettersIn + movedUnseen,
      self[.delivered] + self[.deadLettered] + self[.recovered]
        + self[.failedYetDelivered].messages)
    try require(
      "deliveries = settled + abandoned + held", deliveries, settled + abandoned + held)
  }

  /// Throws if two numbers that must be equal are not.
  package func require(
    _ equation: String, _ left: Int, _ right: Int
  ) throws(CheckerFailure) {
    guard left == right else {
      throw CheckerFailure(
        "the ledger of queue \(queue) does not reconcile: \(equation), but \(left) ≠ \(right); "
          + "this is a bug of the checker, please report it with the history")
    }
  }
}

extension LedgerTotals {
  /// The totals as named measures, in the order in which they are shown.
  package var measures: [Measure] {
    var measures = [
      count(.attempts, attempts), count(.confirmed, confirmed), count(.doubtful, doubtful),
    ]
    measures += Fate.allCases.map { count($0.measure, self[$0]) }
    measures += [
      count(.deliveries, deliveries), count(.firstDeliveries, firstDeliveries),
      count(.deadLettersIn, lettersIn), count(.deadLettersOut, lettersOut),
      count(.duplicated, duplicated), count(.phantom, phantoms),
    ]
    measures += Anomaly.allCases.map { count($0.measure, self[$0].messages) }
    measures += [
      count(.ambiguousRepeats, ambiguousRepeats), count(.possibleOverlaps, possibleOverlaps),
      count(.takenInDoubt, takenInDoubt),
    ]
    return measures
  }

  private func count(_ name: MeasureName, _ value: Int) -> Measure {
    Measure(name, queue: queue, .count(value))
  }
}
