import ArgumentParser
import Campaign
import CanonicalJSON
import Hosts
import Running
import Store

/// `stoat heal`: takes back what runs left on this machine.
struct Heal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Undo what interrupted runs left behind: links, processes, relays.",
    discussion: """
      Reads the undo journals of the named run directories, or of all under --runs-directory, \
      and takes back whatever is still in force. It touches nothing that those runs did not start.
      """)

  @Argument(help: "Run directories; all under --runs-directory if there are none.")
  var directories: [String] = []

  @Option(help: "Where to look for run directories.")
  var runsDirectory = "runs"

  @Flag(help: "Heal runs that still go on, too: that breaks them.")
  var force = false

  func run() async throws {
    let names = directories.isEmpty ? Self.allUnder(runsDirectory) : directories
    var left: [String] = []
    var unreadable: [String] = []
    var healed = 0
    for name in names {
      if !force, JournalFile.isHeld(RunDirectory(existing: name).undo) {
        left.append("\(name) still goes on (--force heals it all the same)")
        continue
      }
      let healer: Healer
      do {
        healer = try Self.healer(name)
      } catch let failure as CommandFailure where failure.status == ExitStatus.corrupt {
        unreadable.append(failure.message)
        continue
      }
      let outcome = await healer.heal()
      for line in outcome.done { Terminal.say(Terminal.printable("\(name): \(line)")) }
      healed += outcome.done.count
      left += outcome.left.map { "\(name): \($0)" }
      unreadable += healer.problems
    }
    if !unreadable.isEmpty {
      let rest = left.isEmpty ? "" : "; still there: " + left.joined(separator: "; ")
      throw CommandFailure(
        ExitStatus.corrupt,
        "not all undos can be read: \(unreadable.joined(separator: "; "))\(rest)")
    }
    if healed == 0, left.isEmpty {
      Terminal.say("nothing to undo in \(names.count) run directories")
    }
    if !left.isEmpty {
      throw CommandFailure(ExitStatus.failure, "still there: " + left.joined(separator: "; "))
    }
  }

  private static func allUnder(_ base: String) -> [String] {
    Paths.entries(of: base).map { "\(base)/\($0)" }.filter {
      Paths.isDirectory($0) && Paths.entries(of: $0).contains("undo.jsonl")
    }
  }

  private static func healer(_ name: String) throws -> Healer {
    guard Paths.isDirectory(name) else {
      throw CommandFailure(ExitStatus.usage, "\(name) is not a run directory")
    }
    let path = RunDirectory(existing: name).undo
    do {
      return Healer(
        lines: try JournalFile.read(path).lines, path: path, hosts: [ThisMachine.host])
    } catch {
      throw CommandFailure(ExitStatus.corrupt, "\(error)")
    }
  }
}
