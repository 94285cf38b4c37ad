import AMQP

/// Puts the contents of the channel together from method, header and body frames.
struct ContentCollector {
  /// What announced the content.
  enum Announcement {
    case message(tag: UInt64, redelivered: Bool)
    case delivery(tag: UInt64, redelivered: Bool)
    case returned(ReturnArguments)
  }

  private enum State {
    case idle
    case announced(Announcement)
    case body(Announcement, [UInt8], missing: Int)
  }

  private var state = State.idle

  /// Whether no content is half received.
  var isIdle: Bool {
    if case .idle = state { true } else { false }
  }

  /// Starts the content that a method announces.
  mutating func begin(_ announcement: Announcement) {
    state = .announced(announcement)
  }

  /// Takes the header; gives the content back if its body is empty.
  mutating func header(bodySize: UInt64) throws(WireError) -> LineAnswer? {
    guard case .announced(let announcement) = state else {
      throw .unexpectedFrame("a content header that no method announced")
    }
    guard bodySize <= ContentAssembler.maximumBodySize else { throw .contentTooLarge(bodySize) }
    state = .body(announcement, [], missing: Int(bodySize))
    return finished()
  }

  /// Takes a piece of the body; gives the content back once it is whole.
  mutating func body(_ piece: [UInt8]) throws(WireError) -> LineAnswer? {
    guard case .body(let announcement, var bytes, let missing) = state else {
      throw .unexpectedFrame("a content body without a header")
    }
    guard piece.count <= missing else { throw .unexpectedFrame("a body beyond its declared size") }
    state = .idle
    if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
    state = .body(announcement, bytes, missing: missing - piece.count)
    return finished()
  }

  private mutating func finished() -> LineAnswer? {
    guard case .body(let announcement, let bytes, missing: 0) = state else { return nil }
    state = .idle
    switch announcement {
    case .message(let tag, let redelivered):
      return .message(LineMessage(tag: tag, redelivered: redelivered, body: bytes))
    case .delivery(let tag, let redelivered):
      return .delivery(LineMessage(tag: tag, redelivered: redelivered, body: bytes))
    case .returned(let arguments): return .returned(arguments, body: bytes)
    }
  }
}
