package import Harness
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
  package var knowsFlags: Bool { imported?.knowledge.knowsFlags ?? true }

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

  /// A sentence as it shall be read.
  package func text(_ text: WitnessText) -> String {
    text.parts.map { name(of: $0) ?? $0.description }.joined()
  }

  /// What the file calls a part; nil where it calls it nothing else than we do.
  private func name(of part: WitnessText.Part) -> String? {
    guard let imported else { return nil }
    switch part {
    case .words: return nil
    case .message(let message): return imported.value(of: message) == nil ? nil : name(of: message)
    case .operation(let operation, let noun):
      if imported.index(of: operation) == nil { return nil }
      // An index stands for an operation by itself.
      return (noun == "operation" ? "" : "\(noun) ") + name(of: operation)
    case .publisher(let client, let message, _): return name(of: client, publishing: message)
    case .session(let session, _): return name(of: session)
    // An imported history has no tags.
    case .tag: return ""
    }
  }
}
