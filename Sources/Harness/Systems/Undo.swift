/// A process that cannot be mistaken for a later one with the same number.
package struct ProcessIdentity: Hashable, Sendable {
  /// The process id.
  package var pid: Int32
  /// Field 22 of /proc/<pid>/stat: clock ticks between boot and the process's start.
  package var startTicks: UInt64
  /// The kernel's boot id.
  package var bootID: String

  /// An identity.
  package init(pid: Int32, startTicks: UInt64, bootID: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
  }
}

/// How one change that the harness made to the machine is taken back; kept in `undo.jsonl`, written
/// and fsynced before the change is made.
package enum Undo: Hashable, Sendable {
  /// End every process of this user whose environment carries `STOAT_RUN=token`.
  case endMarked(token: String)
  /// Let this process go on, which was stopped.
  case continueProcess(ProcessIdentity, what: String)
  /// End this process.
  case endProcess(ProcessIdentity, what: String)
  /// Restore all links of the relay behind this control socket.
  case healRelay(socket: String)
  /// End the relay behind this control socket, after everything else.
  case endRelay(socket: String)
}

/// Where undos are kept; an implementation returns only after the entry is on disk.
package protocol UndoJournal: Sendable {
  /// Adds an undo; the change that it takes back may be made once this has returned.
  func add(_ undo: Undo) throws(SystemFailure)
}
