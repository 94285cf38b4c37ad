package import Harness
package import Operations

/// The sequence numbers of one publishing session that the broker has not answered.
package struct UnansweredPublishes: Sendable {
  /// A number that was given to a publish.
  package struct Entry: Sendable {
    /// Nil if the operation had ended before it was written.
    var message: MessageID?
    var operation: OperationID
    var isAnswered = false

    /// A number given by an operation.
    package init(message: MessageID?, operation: OperationID) {
      self.message = message
      self.operation = operation
    }
  }
  private var entries: [Entry] = []
  private var head = 0
  /// The number of `entries[0]`.
  private var first: UInt64 = 1

  /// Nothing was published.
  package init() {}

  /// The highest number given so far; numbers begin at 1.
  package var last: UInt64 { first + UInt64(entries.count) - 1 }

  /// How many numbers are unanswered.
  var count: Int { entries[head...].count { !$0.isAnswered } }

  /// Whether a publish of this message is unanswered.
  func contains(_ message: MessageID) -> Bool {
    entries[head...].contains { $0.message == message && !$0.isAnswered }
  }

  /// Gives the next number to a publish.
  package mutating func assign(_ sequence: UInt64, _ entry: Entry) throws(CheckerFailure) {
    guard sequence == last + 1 else {
      throw CheckerFailure(
        "operation \(entry.operation) is written as number \(sequence) of its session, "
          + "number \(last + 1) is due")
    }
    entries.append(entry)
  }

  /// Answers one number; false if it was answered before. The number must have been given.
  package mutating func answer(_ sequence: UInt64) -> Bool {
    guard sequence >= first else { return false }
    let place = Int(sequence - first)
    guard place >= head, !entries[place].isAnswered else { return false }
    entries[place].isAnswered = true
    trim()
    return true
  }

  /// Answers everything unanswered up to a number, which must have been given; how many.
  mutating func answer(through sequence: UInt64) -> Int {
    guard sequence >= first else { return 0 }
    var answered = 0
    for place in head..<max(head, Int(sequence - first) + 1) where !entries[place].isAnswered {
      entries[place].isAnswered = true
      answered += 1
    }
    trim()
    return answered
  }

  /// Whether a number that was given is unanswered.
  package func isUnanswered(_ sequence: UInt64) -> Bool {
    guard sequence >= first + UInt64(head), sequence <= last else { return false }
    return !entries[Int(sequence - first)].isAnswered
  }

  /// The numbers up to a number, which must have been given, that are unanswered.
  package func unansweredNumbers(through sequence: UInt64) -> [UInt64] {
    guard sequence >= first else { return [] }
    return (head..<max(head, Int(sequence - first) + 1)).filter { !entries[$0].isAnswered }
      .map { first + UInt64($0) }
  }

  private mutating func trim() {
    while head < entries.count, entries[head].isAnswered { head += 1 }
    if head > 256, head > entries.count / 2 {
      entries.removeFirst(head)
      first += UInt64(head)
      head = 0
    }
  }
}
