/// One event of `QueueOperations` in four bytes: what happened, and to what.
struct QueueEvent: Sendable {
  /// What happened; the payload is given in brackets.
  enum Kind: UInt8, Sendable {
    /// Nothing that the passes have to know of, such as the invocation of a publish (operation).
    case nothing = 0
    /// A publish returned (value).
    case publishReturned
    /// The first dequeue that will return a value was invoked (value).
    case takeInvoked
    /// A dequeue returned a value for the first time (value).
    case takeReturned
    /// The same, and the next event is the next return of the same batch (value).
    case takeReturnedInBatch
    /// A dequeue was invoked that never returned and may have taken one value (operation).
    case crashedTake
    /// The same, and the value may have come back later (operation).
    case crashedHold
    /// A drain was invoked that never returned and may have taken any number (operation).
    case crashedDrain
    /// A dequeue found the queue empty (place in `empties`).
    case emptyReturned
    /// A dequeue returned a value that another one had returned (place in `strays`).
    case repeated
    /// A dequeue returned what was never published to the queue (place in `strays`).
    case unknown
  }

  /// Payloads are below this.
  static let limit = 1 << 27

  let rawValue: Int32

  @inline(__always)
  init(_ kind: Kind, _ payload: Int32) {
    rawValue = payload << 4 | Int32(kind.rawValue)
  }

  @inline(__always)
  init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  @inline(__always) var kind: Kind {
    Kind(rawValue: UInt8(truncatingIfNeeded: rawValue & 15)) ?? .nothing
  }

  @inline(__always) var payload: Int32 { rawValue >> 4 }
}
