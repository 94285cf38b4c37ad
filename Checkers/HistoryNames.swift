package import Operations

/// What the parts of a history are called where people read of them: in an imported one what its
/// file calls them.
package struct HistoryNames: Sendable {
  /// The names of histories of Stoat's own.
  package static let own = HistoryNames(nil)

  private let imported: JepsenImport?

  /// The names in what was imported; those of Stoat's own if it is nil.
  package init(_ imported: JepsenImport?) {
    self.imported = imported
  }

  /// Whether another program has recorded the history, so that nothing is known of nodes.
  package var areImported: Bool { imported != nil }
  /// Whether receipts say if they were flagged as redelivered.
  package var knowsFlags: Bool { imported?.knowsFlags ?? true }

  /// A message: `0.3`, or `value 7`.
  package func name(of message: MessageID) -> String {
    imported?.value(of: message).map { "value \($0)" } ?? message.description
  }

  /// An operation: `operation 3`, or `:index 6`, or `#6` by its place where there is no index.
  package func name(of operation: OperationID) -> String {
    guard let imported, let index = imported.index(of: operation) else {
      return "operation \(operation)"
    }
    return imported.knowsIndices ? ":index \(index)" : "#\(index)"
  }

  /// The client that did an operation: `client 3`, or `process 1`.
  package func name(of client: ClientID, doing operation: OperationID) -> String {
    imported?.process(of: operation).map { "process \($0)" } ?? "client \(client)"
  }

  /// The client that published a message: `client 3`, or `process 1`.
  package func name(of client: ClientID, publishing message: MessageID) -> String {
    imported?.process(publishing: message).map { "process \($0)" } ?? "client \(client)"
  }

  /// A client of which these are sessions: `client 3`, or `process 1, 11`; what Jepsen calls a
  /// thread may be several processes.
  package func name(of client: ClientID, with sessions: [SessionID]) -> String {
    let processes = sessions.compactMap { imported?.process(of: $0) }
    if processes.isEmpty { return "client \(client)" }
    return "process " + processes.map(String.init).joined(separator: ", ")
  }

  /// A session: `session 3`, or `process 1`.
  package func name(of session: SessionID) -> String {
    imported?.process(of: session).map { "process \($0)" } ?? "session \(session)"
  }

  /// A witness as its text shall be read.
  package func text(_ text: String) -> String {
    guard imported != nil else { return text }
    var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
    var renamed: [String] = []
    var message: MessageID?
    while let word = words.popFirst() {
      if let next = words.first, let name = name(word, next, about: message) {
        words.removeFirst()
        if word == "message" { message = MessageID(next.prefix { $0.isNumber || $0 == "." }) }
        renamed.append(name + skipPlace(after: word, &words))
      } else if word == "as", words.first == "tag" {
        // An imported history has no tags.
        words = words.dropFirst(2)
      } else {
        renamed.append(String(word))
      }
    }
    return renamed.joined(separator: " ")
  }

  /// Skips where a client or session was, which nobody knows: `on n0`, `(client 1 on n0)`; what
  /// ends the clause stays.
  private func skipPlace(after word: Substring, _ words: inout ArraySlice<Substring>) -> String {
    if word == "client", words.starts(with: ["on", "n0"]) {
      words = words.dropFirst(2)
    } else if word == "session", words.first == "(client", words.count >= 4 {
      let end = words[words.startIndex + 3].split(separator: ")", maxSplits: 1).dropFirst().first
      words = words.dropFirst(4)
      return String(end ?? "")
    }
    return ""
  }

  /// What is named by a word and a number, which may be the end of a clause: `dequeue 4,`.
  private func name(
    _ word: Substring, _ number: Substring, about message: MessageID?
  ) -> String? {
    let digits = number.prefix { $0.isNumber || $0 == "." && word == "message" }
    let end = number.dropFirst(digits.count)
    guard end.allSatisfy(\.isPunctuation) else { return nil }
    switch word {
    case "message":
      guard let named = MessageID(digits), imported?.value(of: named) != nil else { return nil }
      return name(of: named) + end
    case "operation": return OperationID(digits).map { name(of: $0) + end }
    case "dequeue", "publish":
      guard let operation = OperationID(digits), imported?.index(of: operation) != nil else {
        return nil
      }
      return "\(word) \(name(of: operation))" + end
    case "client":
      guard let message, let client = UInt32(digits) else { return nil }
      return name(of: ClientID(client), publishing: message) + end
    case "session": return UInt32(digits).map { name(of: SessionID($0)) + end }
    default: return nil
    }
  }
}

extension OperationID {
  fileprivate init?(_ digits: Substring) {
    guard let number = UInt32(digits) else { return nil }
    self.init(number)
  }
}

extension MessageID {
  /// A message by its client and sequence: `0.3`.
  fileprivate init?(_ text: Substring) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let client = UInt32(parts[0]), let sequence = UInt32(parts[1]) else {
      return nil
    }
    self.init(client: ClientID(client), sequence: sequence)
  }
}
