import Environment

/// How a thing behaves that does one operation after another, as pure functions.
///
/// What may have happened to it concurrently is judged against this by `LinearizabilityCheck`.
/// An operation holds what it was invoked with and what it returned.
package protocol Model: Sendable {
  /// What the thing remembers.
  associatedtype State: Hashable & Sendable
  /// What is done to it, and what comes of it.
  associatedtype Operation: Hashable & Sendable

  /// The state in which it begins.
  var initial: State { get }

  /// The states in which an operation may leave it; none if it cannot return what it did there.
  func step(_ state: State, _ operation: Operation) -> Successors<State>

  /// The operation as it is when nobody knows what it returned; nil if it then changes nothing.
  func unfinished(_ operation: Operation) -> Operation?

  /// Whether an operation leaves every state as it is; no harm is done if it says no.
  func isReadOnly(_ operation: Operation) -> Bool

  /// The part of the thing that an operation is about, if its parts are independent.
  func part(of operation: Operation) -> String?

  /// A number that is the same for equal states and mostly differs otherwise.
  func digest(of state: State) -> UInt64

  /// About how many bytes a state has outside of `MemoryLayout<State>`.
  func footprint(of state: State) -> Int
}

extension Model {
  /// What changes nothing if it does not return never changes anything.
  package func isReadOnly(_ operation: Operation) -> Bool { unfinished(operation) == nil }

  /// The thing is one whole.
  package func part(of operation: Operation) -> String? { nil }

  /// The state is all in one place.
  package func footprint(of state: State) -> Int { 0 }

  /// A call as it is if it never returned; nil if it then changes nothing.
  func unfinished(_ call: ConcurrentOperation<Operation>) -> ConcurrentOperation<Operation>? {
    unfinished(call.operation).map {
      ConcurrentOperation(number: call.number, $0, from: call.from, to: nil)
    }
  }
}

/// The states after an operation.
package enum Successors<State: Sendable>: Sendable {
  /// The operation is impossible.
  case none
  /// There is one.
  case one(State)
  /// There are these.
  case several([State])
}

extension Successors {
  /// One state where a condition holds, otherwise none.
  static func one(_ state: State, if condition: Bool) -> Successors {
    condition ? .one(state) : .none
  }
}

/// An operation with the interval in which it took effect, if it did.
package struct ConcurrentOperation<Operation: Sendable>: Sendable {
  /// Its number, for people.
  package var number: Int
  /// What was done.
  package var operation: Operation
  /// When it was invoked.
  package var from: Int64
  /// When it returned; nil if it never did: it may take effect at any later instant, or never.
  package var to: Int64?

  /// An operation; it does not return before it was invoked.
  package init(number: Int, _ operation: Operation, from: Int64, to: Int64?) {
    precondition(to.map { $0 >= from } ?? true, "operation \(number) returned before it began")
    self.number = number
    self.operation = operation
    self.from = from
    self.to = to
  }
}

extension ConcurrentOperation: Equatable where Operation: Equatable {}
extension ConcurrentOperation: Hashable where Operation: Hashable {}

/// Mixes numbers and texts to a digest that is the same in every process.
package struct StateDigest: Sendable {
  /// The digest so far.
  package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Nothing yet.
  package init() {}

  /// The digest of a few numbers.
  package init(_ numbers: Int64...) {
    for number in numbers { mix(number) }
  }

  /// Adds a number.
  package mutating func mix(_ number: Int64) {
    mix(UInt64(bitPattern: number))
  }

  /// Adds a number.
  package mutating func mix(_ number: UInt64) {
    // The finalizer of MurmurHash3.
    var mixed = value ^ number
    mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
    value = (mixed ^ mixed >> 33) &+ 0x9E37_79B9_7F4A_7C15
  }

  /// Adds a text.
  package mutating func mix(_ text: String) {
    value = FNV1a.hash64(text.utf8, after: value)
    mix(UInt64(text.utf8.count))
  }
}
