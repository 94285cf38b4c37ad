import Hosts

/// The one place where the machine of the controller enters the program; all else is handed it.
enum ThisMachine {
  static let host = LocalHost()
}
