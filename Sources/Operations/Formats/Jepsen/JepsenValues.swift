/// What a queue's history enqueues, dequeues and drains, by value.
enum JepsenKey: Hashable, Sendable {
  case integer(Int64)
  case text(String)

  /// The value of an operation on a single message; nil for `nil`.
  init?(_ value: JepsenValue) {
    switch value {
    case .none: return nil
    case .integer(let number): self = .integer(number)
    case .pair(let first, let second): self = .text("[\(first) \(second)]")
    case .list(let list): self = .text("[" + list.map(String.init).joined(separator: " ") + "]")
    case .text(let text): self = .text(text)
    }
  }

  /// The key of an element's EDN.
  init(element: String) {
    let digits = element.hasSuffix("N") ? element.dropLast() : element[...]
    self = Int64(digits).map { .integer($0) } ?? .text(element)
  }

  /// The EDN.
  var text: String {
    switch self {
    case .integer(let number): String(number)
    case .text(let text): text
    }
  }
}

extension JepsenValue {
  /// What a drain took; nil if the value is neither a collection nor a mere word.
  var drained: [JepsenKey]? {
    switch self {
    case .none: []
    case .list(let list): list.map { .integer($0) }
    case .pair(let first, let second): [.integer(first), .integer(second)]
    case .integer: nil
    case .text(let text):
      if text.hasPrefix("{") {
        nil
      } else if let elements = EDNText.elements(of: text) {
        elements.map { JepsenKey(element: $0) }
      } else {
        // The clients of some suites end a drain with a word such as `:exhausted`.
        text.hasPrefix(":") ? [] : nil
      }
    }
  }
}

/// Gives every value of a history a message.
struct JepsenMessages: Sendable {
  /// By small value: the message, `absent` for none.
  private var dense: [UInt64] = []
  private let denseLimit: Int64
  /// Of values that are negative or large.
  private var numbers: [Int64: MessageID] = [:]
  private var texts: [String: MessageID] = [:]
  /// The values by client and sequence.
  private var names: [[JepsenKey]] = []
  /// The client of those that nobody enqueues.
  private var strangers: ClientID?

  private static let absent = UInt64.max

  /// No messages; most values of a history of so many operations are expected to be below that.
  init(operations: Int) {
    denseLimit = Int64(operations)
  }

  /// The message of a value that is known.
  func message(_ key: JepsenKey) -> MessageID? {
    switch key {
    case .integer(let number):
      guard number >= 0, number < dense.count else { return numbers[number] }
      let message = dense[Int(number)]
      return message == Self.absent ? nil : MessageID(rawValue: message)
    case .text(let text): return texts[text]
    }
  }

  private mutating func learn(_ number: Int64, _ message: MessageID) {
    guard number >= 0, number < denseLimit else { return numbers[number] = message }
    let missing = Int(number) + 1 - dense.count
    if missing > 0 { dense.append(contentsOf: repeatElement(Self.absent, count: missing)) }
    dense[Int(number)] = message.rawValue
  }

  /// A new message of `client` for a value, also if the value had one before.
  mutating func add(_ key: JepsenKey, by client: ClientID) -> MessageID {
    let place = Int(client.rawValue)
    while names.count <= place { names.append([]) }
    let message = MessageID(client: client, sequence: UInt32(names[place].count))
    names[place].append(key)
    switch key {
    case .integer(let number): learn(number, message)
    case .text(let text): texts[text] = message
    }
    return message
  }

  /// Makes `client` the author of all values that nobody enqueues.
  mutating func leaveRest(to client: ClientID) {
    strangers = client
  }

  /// Notes that somebody got a value; one that nobody enqueues gets a message of a client that does
  /// not exist.
  mutating func receive(_ key: JepsenKey) {
    if message(key) == nil, let strangers { _ = add(key, by: strangers) }
  }

  /// The EDN of a message's value.
  func value(of message: MessageID) -> String? {
    guard message.client.rawValue < names.count else { return nil }
    let values = names[Int(message.client.rawValue)]
    return message.sequence < values.count ? values[Int(message.sequence)].text : nil
  }
}
