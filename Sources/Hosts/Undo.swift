package import Environment

/// How one change that the harness made to a host is taken back; kept in `undo.jsonl`, written and
/// fsynced before the change is made. Each names its host.
package enum Undo: Hashable, Sendable {
  /// End every process of this user whose environment carries `STOAT_RUN=token`.
  case endMarked(token: String, host: String = LocalHost.localName)
  /// Let this process go on, which was stopped.
  case continueProcess(ProcessIdentity, what: String)
  /// End this process.
  case endProcess(ProcessIdentity, what: String)
  /// Restore all links of the relay behind this control socket.
  case healRelay(socket: String, host: String = LocalHost.localName)
  /// End the relay behind this control socket, after everything else.
  case endRelay(socket: String, host: String = LocalHost.localName)

  /// The name of the host that it is about.
  package var host: String {
    switch self {
    case .endMarked(_, let host), .healRelay(_, let host), .endRelay(_, let host): host
    case .continueProcess(let process, _), .endProcess(let process, _): process.host
    }
  }
}

/// Where undos are kept; an implementation returns only after the entry is on disk.
package protocol UndoJournal: Sendable {
  /// Adds an undo; the change that it takes back may be made once this has returned.
  func add(_ undo: Undo) throws(SystemFailure)
}
