/// A process that cannot be mistaken for a later one with the same number.
package struct ProcessIdentity: Hashable, Sendable {
  /// The process id.
  package var pid: Int32
  /// Field 22 of /proc/<pid>/stat: clock ticks between boot and the process's start.
  package var startTicks: UInt64
  /// The kernel's boot id.
  package var bootID: String
  /// The name of the host on which it runs.
  package var host: String

  /// An identity.
  package init(
    pid: Int32, startTicks: UInt64, bootID: String, host: String = LocalHost.localName
  ) {
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
    self.host = host
  }
}
