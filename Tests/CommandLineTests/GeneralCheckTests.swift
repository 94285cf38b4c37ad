import CanonicalJSON
import Hosts
import Glibc
import Testing
import TestSupport

/// `stoat check --checker general`, as its users and programs meet it.
@Suite struct GeneralCheckTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private static let stale = """
    {:process 0, :type :invoke, :f :write, :value 1}
    {:process 0, :type :ok, :f :write, :value 1}
    {:process 1, :type :invoke, :f :read, :value nil}
    {:process 1, :type :ok, :f :read, :value 2}
    """

  /// So many writes at the same time, each of its own value, and reads of which the last fits none
  /// of their orders.
  private static func crowded(_ processes: Int) -> String {
    let all = 0..<processes
    let writes = all.map { "{:process \($0), :type :invoke, :f :write, :value \($0)}" }
    let reads = (all.map { $0 * 7 % processes } + [-1]).flatMap { value in
      [
        "{:process \(1000 + value), :type :invoke, :f :read, :value nil}",
        "{:process \(1000 + value), :type :ok, :f :read, :value \(value)}",
      ]
    }
    return (writes + reads).joined(separator: "\n")
  }

  @Test func severalFilesAreAnsweredInTheirOrder() async throws {
    let bad = try scratch.write("bad.edn", Self.stale)
    let good = try scratch.write(
      "good.edn", Self.stale.replacing(":read, :value 2", with: ":read, :value 1"))
    let broken = try scratch.write("broken.edn", Self.stale + "\n{:process 2, :type :ok, :f :read}")
    let paths = [bad, broken] + Array(repeating: good, count: 40)
    let result = try await StoatProgram.run(
      ["check", "--checker", "general", "--model", "register", "--json", "--jobs", "3"] + paths)
    #expect(result.ending == .exited(65), "\(result.errors)")
    let lines = try result.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    #expect(lines.map { $0["file"] } == ([bad] + paths.dropFirst(2)).map { .string($0) })
    #expect(lines.map { $0["verdict"] } == ["invalid"] + Array(repeating: "valid", count: 40))
    #expect(lines.allSatisfy { $0["checker"] == "general" && $0["model"] == "register" })
    #expect(lines[0]["witness"]?["verified"] == .bool(true))
    #expect(lines[1]["witness"] == .null)
    #expect(result.errors.contains("broken.edn: line 5: process 2 ends :read"), "\(result.errors)")
  }

  /// The time counts from the first byte on, and no file is too large for an answer.
  @Test func largeFilesAreReadWithinTheTime() async throws {
    let lines = (0..<100_000).map { number in
      "{:process \(number % 5) :type :\(number / 5 % 2 == 0 ? "invoke" : "ok") :f :write :value 1}"
    }
    let path = try scratch.write("long.edn", lines.joined(separator: "\n"))
    let arguments = ["check", "--checker", "general", "--model", "register", path]
    let hurried = try await StoatProgram.run(arguments + ["--time-limit", "1ms"])
    #expect(hurried.ending == .exited(2), "\(hurried.output)\(hurried.errors)")
    #expect(hurried.output.contains("the time was over"), "\(hurried.output)")
    #expect(truncate(path, 300 << 20) == 0)
    let large = try await StoatProgram.run(arguments)
    #expect(large.ending == .exited(65), "\(large.output)")
    #expect(large.errors.contains("more than 256 MiB"), "\(large.errors)")
  }

  @Test func explanationsAreDrawn() async throws {
    let bad = try scratch.write("bad.edn", Self.stale)
    let result = try await StoatProgram.run(
      ["check", "--checker", "general", "--model", "register", "--explain", bad])
    #expect(result.ending == .exited(1), "\(result.errors)")
    #expect(result.output.contains("▶ read → 2"), "\(result.output)")
    let drawing = LocalHost().readText("\(bad).explained/register.svg")
    #expect(drawing?.contains("<svg") == true)
  }

  @Test func whatTakesTooLongIsUnknown() async throws {
    let hard = try scratch.write("hard.edn", Self.crowded(24))
    for limits in [["--time-limit", "250ms"], ["--memory-limit", "1MiB", "--time-limit", "30s"]] {
      let result = try await StoatProgram.run(
        ["check", "--checker", "general", "--model", "register"] + limits + [hard])
      #expect(result.ending == .exited(2), "\(result.output)\(result.errors)")
      #expect(result.output.contains("register: unknown"), "\(result.output)")
    }
  }

  @Test(arguments: [
    (["--checker", "general"], "needs a --model"),
    (["--checker", "general", "--model", "stack"], "there is no model \"stack\""),
    (["--checker", "general", "--checker", "ledger", "--model", "kv"], "reads other histories"),
    (["--model", "kv"], "belong to --checker general"),
    (["--checker", "general", "--model", "kv", "--memory-limit", "2"], "memory-limit"),
    (["--jobs", "0"], "--jobs takes 1 to 1024"),
    (["--json", "--explain"], "take one of them"),
  ])
  func wrongOptionsAreUsage(options: [String], problem: String) async throws {
    let result = try await StoatProgram.run(["check"] + options + ["nothing.edn"])
    #expect(result.ending == .exited(64), "\(result.output)\(result.errors)")
    #expect(result.errors.contains(problem), "\(result.errors)")
  }
}
