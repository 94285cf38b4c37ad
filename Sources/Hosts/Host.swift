package import Environment

/// A machine on which processes of a run live: this one, or one at the other end of a connection.
///
/// Everything that a system does to the machines of its nodes goes through here, so that it is
/// written once. That no such process or file is there is an answer; `SystemFailure` is thrown when
/// the host refuses, or cannot be asked. Every wait has a timeout and takes place on the host: a
/// task that is cancelled goes on with it.
package protocol Host: Sendable {
  /// The name by which undos and messages know the host; `LocalHost.localName` for this machine.
  var name: String { get }
  /// What it is.
  func facts() async throws(SystemFailure) -> HostFacts
  /// Runs a command to its end, at most for `timeout`; being killed then is a result.
  func run(_ command: Command, timeout: Duration) async throws(SystemFailure) -> CommandResult
  /// Starts a daemon and returns at once; throws `unavailable` if there is no such program.
  func spawn(_ daemon: Daemon) async throws(SystemFailure) -> ProcessIdentity
  /// Sends a signal, never to a later process with the same number; false if it is over.
  @discardableResult
  func signal(_ identity: ProcessIdentity, _ signal: Int32) async throws(SystemFailure) -> Bool
  /// What the process does now.
  func state(of identity: ProcessIdentity) async throws(SystemFailure) -> ProcessState
  /// Waits until all these processes are over, and returns those that are not after `timeout`.
  func awaitExit(
    of identities: [ProcessIdentity], timeout: Duration
  ) async throws(SystemFailure) -> [ProcessIdentity]
  /// The running processes of this user whose environment carries `STOAT_RUN=token`, by number.
  func processes(marked token: String) async throws(SystemFailure) -> [ProcessIdentity]
  /// Writes a file in place of an earlier one, with these permissions.
  func write(_ text: String, to path: String, mode: UInt32) async throws(SystemFailure)
  /// A file's bytes from byte `start` on, at most `limit` of them; nil if it cannot be read.
  func read(_ path: String, from start: Int, limit: Int) async throws(SystemFailure) -> [UInt8]?
  /// How many bytes a file has; nil if there is none.
  func size(of path: String) async throws(SystemFailure) -> Int?
  /// Makes a directory and those above it; one that is there already is fine.
  func makeDirectory(_ path: String) async throws(SystemFailure)
  /// Removes a file or a directory with everything in it; what cannot be removed is left.
  func remove(_ path: String) async throws(SystemFailure)
  /// Whether a connection from the host to a numeric address is accepted within `timeout`.
  func accepts(
    _ address: String, port: Int, timeout: Duration
  ) async throws(SystemFailure) -> Bool
}

/// What a host is.
package struct HostFacts: Hashable, Sendable {
  /// E.g. `Linux 6.1.0 x86_64`.
  package var kernel: String
  /// How many processors are there for its processes.
  package var processors: Int
  /// The kernel's boot id: another one after every boot.
  package var bootID: String

  /// Facts.
  package init(kernel: String, processors: Int, bootID: String) {
    self.kernel = kernel
    self.processors = processors
    self.bootID = bootID
  }
}

/// What a process does.
package enum ProcessState: Hashable, Sendable {
  /// It runs, or waits for something.
  case running
  /// It stands still after SIGSTOP.
  case stopped
  /// It has ended, or it never was on this host.
  case over
}
