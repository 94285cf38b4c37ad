import Harness
import Operations

/// What was recorded of one queue; all instants in nanoseconds.
struct QueueDeliveries: Sendable {
  /// An answer that there was nothing in the queue.
  struct Empty: Sendable {
    var operation: UInt32
    var invokedAt: Int64
    var endedAt: Int64
  }
  /// Something that may hold messages that nobody saw.
  struct Hidden: Sendable {
    var since: Int64
    /// How many; `.max` for any number.
    var most: Int
    /// It can only hold what it holds unseen if this session was lost; -1 for none.
    var session: Int32
  }
  /// A delivery that surely was back in the queue again.
  struct Return: Sendable {
    var delivery: Int32
    /// By then, at the latest.
    var doneAt: Int64
  }
  /// A question to the queue that was not answered yet.
  private struct Question: Sendable {
    var invokedAt: Int64
    var action: Action
  }

  /// The numbers of the messages that were published to it.
  var messages: [Int32] = []
  var confirmed = 0
  var empties: [Empty] = []
  var hidden: [Hidden] = []
  var returns: [Return] = []
  /// When it was proved empty, in order.
  var proofs: [Int64] = []
  /// Takes and drains of which nobody knows what they took, and settlements of what nobody saw.
  var takesInDoubt = 0
  private var questions = OperationWindow<Question>()

  mutating func ask(
    _ operation: OperationID, _ action: Action, at instant: Int64
  ) throws(CheckerFailure) {
    try questions.open(operation, Question(invokedAt: instant, action: action))
  }

  /// Ends a question; `inDoubt` if it may have brought something that nobody saw.
  mutating func answer(_ operation: OperationID, inDoubt: Bool) throws(CheckerFailure) {
    guard questions[operation] != nil else { return }
    let question = try questions.close(operation)
    if inDoubt { doubt(question) }
  }

  /// Leaves in doubt what nobody answered.
  mutating func finish() {
    questions.all.forEach { doubt($0) }
    questions = OperationWindow()
  }

  private mutating func doubt(_ question: Question) {
    switch question.action {
    case .get, .take: hidden.append(Hidden(since: question.invokedAt, most: 1, session: -1))
    case .drain: hidden.append(Hidden(since: question.invokedAt, most: .max, session: -1))
    case .publish, .consume: break
    }
    if question.action == .take || question.action == .drain { takesInDoubt += 1 }
  }
}
