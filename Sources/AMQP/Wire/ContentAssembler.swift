/// A method with its properties and its whole body.
package struct Content: Hashable, Sendable {
  /// The method that announced the content: publish, deliver, return or get-ok.
  package var method: BasicMethod
  /// The properties.
  package var properties: BasicProperties
  /// The body.
  package var body: [UInt8]

  /// A content.
  package init(method: BasicMethod, properties: BasicProperties, body: [UInt8]) {
    self.method = method
    self.properties = properties
    self.body = body
  }
}

/// Puts the contents of one channel together from method, header and body frames.
package struct ContentAssembler: Sendable {
  /// The largest body to accept, as in RabbitMQ: 128 MiB.
  package static let maximumBodySize: UInt64 = 128 << 20
  /// How much is reserved for a body on the word of its header alone.
  private static let trustedReservation = 1 << 20

  private enum State: Sendable {
    case idle
    case header(BasicMethod)
    case body(Content, missing: Int)
  }

  private var state = State.idle

  /// An assembler that waits for a method.
  package init() {}

  /// Whether no content is half received.
  package var isIdle: Bool {
    if case .idle = state { return true }
    return false
  }

  /// Starts the content that `method` announces; throws while another one is incomplete.
  package mutating func begin(_ method: BasicMethod) throws(WireError) {
    guard isIdle else { throw .unexpectedFrame("a method inside a content") }
    state = .header(method)
  }

  /// Takes the header; gives the content back if its body is empty.
  package mutating func receive(_ header: ContentHeader) throws(WireError) -> Content? {
    guard case .header(let method) = state else {
      throw .unexpectedFrame("a content header that no method announced")
    }
    guard header.bodySize <= Self.maximumBodySize else { throw .contentTooLarge(header.bodySize) }
    let content = Content(method: method, properties: header.properties, body: [])
    if header.bodySize == 0 {
      state = .idle
      return content
    }
    state = .body(content, missing: Int(header.bodySize))
    return nil
  }

  /// Takes a piece of the body; gives the content back once it is whole.
  package mutating func receive(_ piece: [UInt8]) throws(WireError) -> Content? {
    guard case .body(var content, let missing) = state else {
      throw .unexpectedFrame("a content body without a header")
    }
    state = .idle
    guard piece.count <= missing else { throw .unexpectedFrame("a body beyond its declared size") }
    if content.body.isEmpty {
      content.body = piece
      if piece.count < missing {
        content.body.reserveCapacity(min(missing, Self.trustedReservation))
      }
    } else {
      content.body.append(contentsOf: piece)
    }
    if piece.count == missing { return content }
    state = .body(content, missing: missing - piece.count)
    return nil
  }
}
