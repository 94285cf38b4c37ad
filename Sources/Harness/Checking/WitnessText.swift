public import Operations

/// One sentence for people that knows which parts of the history it names, so that it can be read
/// in the words of whoever recorded the history.
///
/// It is written as a string with the parts in it: `"\(message) was returned by \(dequeue: 4)"`.
/// Each part brings its noun along.
public struct WitnessText: Hashable, Sendable, CustomStringConvertible {
  /// A piece of the sentence.
  public enum Part: Hashable, Sendable {
    /// What is the same in everybody's words.
    case words(String)
    /// `message 0.3`.
    case message(MessageID)
    /// `operation 4`, or with another noun: `dequeue 4`.
    case operation(OperationID, noun: String)
    /// Who published a message: `client 2`, and where: `client 2 on n1`.
    case publisher(ClientID, of: MessageID, on: NodeID?)
    /// `session 3`, and whose it is: `session 3 (client 2 on n1)`.
    case session(SessionID, owner: SessionOpening?)
    /// ` as tag 7`, with the space before it.
    case tag(UInt64)
  }

  /// The pieces in their order; words are in one piece as far as they go.
  public private(set) var parts: [Part] = []

  /// A sentence that names nothing.
  public init(_ words: String) {
    append(.words(words))
  }

  private mutating func append(_ part: Part) {
    guard case .words(let words) = part else { return parts.append(part) }
    if words.isEmpty { return }
    if case .words(let before) = parts.last {
      parts[parts.count - 1] = .words(before + words)
    } else {
      parts.append(part)
    }
  }

  /// The sentence, with the numbers of the history.
  public var description: String { parts.map(\.description).joined() }

  /// One behind the other.
  public static func + (lhs: WitnessText, rhs: WitnessText) -> WitnessText {
    var both = lhs
    both += rhs
    return both
  }

  /// Puts `rhs` behind `lhs`.
  public static func += (lhs: inout WitnessText, rhs: WitnessText) {
    for part in rhs.parts { lhs.append(part) }
  }
}

extension WitnessText.Part: CustomStringConvertible {
  /// The piece, with the numbers of the history.
  public var description: String {
    switch self {
    case .words(let words): words
    case .message(let message): "message \(message)"
    case .operation(let operation, let noun): "\(noun) \(operation)"
    case .publisher(let client, _, let node): "client \(client)\(node.map { " on \($0)" } ?? "")"
    case .session(let session, let owner):
      "session \(session)\(owner.map { " (client \($0.client) on \($0.node))" } ?? "")"
    case .tag(let tag): " as tag \(tag)"
    }
  }
}

extension WitnessText: ExpressibleByStringInterpolation {
  /// Collects the pieces of a sentence.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Nothing yet.
    public init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(2 * interpolationCount + 1)
    }

    /// Words.
    public mutating func appendLiteral(_ words: String) { parts.append(.words(words)) }

    /// Words.
    public mutating func appendInterpolation(_ words: String) { parts.append(.words(words)) }

    /// A number of things.
    public mutating func appendInterpolation(_ number: Int) {
      parts.append(.words(String(number)))
    }

    /// A node.
    public mutating func appendInterpolation(_ node: NodeID) {
      parts.append(.words(node.description))
    }

    /// A message, with its noun.
    public mutating func appendInterpolation(_ message: MessageID) {
      parts.append(.message(message))
    }

    /// An operation, with its noun.
    public mutating func appendInterpolation(_ operation: OperationID) {
      parts.append(.operation(operation, noun: "operation"))
    }

    /// A dequeue by its number, with that noun.
    public mutating func appendInterpolation(dequeue number: Int32) {
      parts.append(.operation(OperationID(UInt32(number)), noun: "dequeue"))
    }

    /// A drain by its number, with that noun.
    public mutating func appendInterpolation(drain number: Int32) {
      parts.append(.operation(OperationID(UInt32(number)), noun: "drain"))
    }

    /// The client that published a message, with its noun.
    public mutating func appendInterpolation(
      _ client: ClientID, publishing message: MessageID, on node: NodeID?
    ) {
      parts.append(.publisher(client, of: message, on: node))
    }

    /// A session, with its noun and, where that is known, with whose it is.
    public mutating func appendInterpolation(_ session: SessionID, of owner: SessionOpening?) {
      parts.append(.session(session, owner: owner))
    }

    /// The delivery tag by which something came, with its noun and the space before that.
    public mutating func appendInterpolation(asTag tag: UInt64) { parts.append(.tag(tag)) }

    /// Another sentence.
    public mutating func appendInterpolation(_ text: WitnessText) { parts += text.parts }
  }

  /// A sentence that names nothing.
  public init(stringLiteral words: String) {
    self.init(words)
  }

  /// A sentence with the parts that it names.
  public init(stringInterpolation: StringInterpolation) {
    for part in stringInterpolation.parts { append(part) }
  }
}
