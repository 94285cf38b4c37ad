import CNode
import Glibc

/// The program that runs on the hosts of a cluster: at present the relay.
@main struct StoatNode {
  static func main() {
    // `CommandLine` reads them from /proc, which need not be there.
    let arguments = (1..<max(1, stoat_argument_count())).compactMap { index in
      stoat_argument(index).map { String(cString: $0) }
    }
    do throws(UsageError) {
      exit(perform(try Invocation(arguments)))
    } catch {
      report("\(error.message)\nTry 'stoat-node --help'.")
      exit(ExitCode.usage)
    }
  }

  private static func perform(_ invocation: Invocation) -> Int32 {
    switch invocation {
    case .help:
      print(Invocation.helpText)
      return ExitCode.success
    case .version:
      print("stoat-node \(Invocation.versionText)")
      return ExitCode.success
    case .relay(let options): return runRelay(options)
    }
  }
}

/// The exit codes of the program.
enum ExitCode {
  static let success: Int32 = 0
  static let usage: Int32 = 64
  static let failure: Int32 = 70
}

/// Writes a line for people to standard error.
func report(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
