import Testing

@testable import Operations

/// The order of a Jepsen history and the rules of its processes.
@Suite struct JepsenHistoryTests {
  private func error(_ text: String) -> JepsenError? {
    do throws(JepsenError) {
      _ = try JepsenHistory(parsing: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  private func line(
    _ process: Int, _ type: String, _ function: String = "read", _ more: String = ""
  ) -> String {
    "{:process \(process) :type :\(type) :f :\(function) \(more)}\n"
  }

  @Test func theIndexGivesTheOrder() throws {
    let text =
      line(0, "ok", "read", ":index 7 :value 2") + line(1, "invoke", "read", ":index 9")
      + line(0, "invoke", "read", ":index -3")
    let history = try JepsenHistory(parsing: Array(text.utf8))
    #expect(history.operations.map(\.index) == [-3, 7, 9])
    #expect(history.lines == [3, 1, 2])
    #expect(history.partners == [1, 0, JepsenHistory.noPartner])
    #expect(history.end(of: 0)?.value == .integer(2))
    #expect(history.end(of: 2) == nil)
  }

  @Test func withoutAllIndicesTheFileGivesTheOrder() throws {
    let text = line(0, "invoke", "read", ":index 7") + line(0, "ok")
    #expect(try JepsenHistory(parsing: Array(text.utf8)).operations.map(\.index) == [7, nil])
  }

  @Test func anIndexIsUsedOnce() {
    let text =
      line(0, "invoke", "read", ":index 4") + "\n" + line(0, "ok", "read", ":index 5")
      + line(1, "invoke", "read", ":index 4")
    #expect(error(text) == JepsenError(line: 4, .duplicateIndex(4)))
  }

  @Test func timesDoNotGoBack() throws {
    let text =
      line(0, "invoke", "read", ":time 5") + line(1, "invoke")
      + line(2, "invoke", "read", ":time 5")
      + line(0, "ok", "read", ":time 4")
    #expect(error(text) == JepsenError(line: 4, .timeGoesBack(4, after: 5)))
    let ordered =
      line(0, "ok", "read", ":time 5 :index 1") + line(0, "invoke", "read", ":time 4 :index 0")
    #expect(error(ordered) == nil)
  }

  @Test func anEnqueueEndsWithItsValue() {
    func pair(_ first: String, _ second: String) -> String {
      line(0, "invoke", "enqueue", ":value \(first)") + line(0, "ok", "enqueue", ":value \(second)")
    }
    #expect(
      error(pair("1", "2"))
        == JepsenError(
          line: 2, .syntax("an :enqueue ends with another :value than it was invoked with")))
    #expect(error(pair("1", "1")) == nil)
    #expect(error(pair("+1", "1")) == nil)
    #expect(error(pair("1", "nil")) == nil)
  }

  /// The least number stands for none inside of the program, and may not come from outside.
  @Test(arguments: [":time", ":index"]) func theLeastNumberIsNoNumber(key: String) {
    #expect(error(line(0, "invoke", "read", "\(key) -9223372036854775808")) != nil)
    #expect(error(line(0, "invoke", "read", "\(key) -9223372036854775807")) == nil)
  }

  @Test(arguments: ["ok", "fail", "info"])
  func whatEndsWasInvoked(type: String) throws {
    let kind = try #require(JepsenType.allCases.first { $0.name == type })
    #expect(
      error(line(3, type))
        == JepsenError(line: 1, .endWithoutInvoke(kind, function: "read", process: 3)))
    #expect(
      error(line(3, "invoke", "write") + line(3, type, "other"))
        == JepsenError(line: 2, .endWithoutInvoke(kind, function: "other", process: 3)))
    #expect(
      error(line(3, "invoke") + line(3, "ok") + line(3, type))
        == JepsenError(line: 3, .endWithoutInvoke(kind, function: "read", process: 3)))
  }

  @Test func aProcessDoesOneThingAtATime() {
    #expect(
      error(line(3, "invoke") + line(2, "invoke") + line(3, "invoke"))
        == JepsenError(line: 3, .invokeWhileOpen(process: 3)))
  }

  @Test(arguments: ["invoke", "ok", "fail", "info"])
  func anInfoRetiresItsProcess(type: String) {
    for process in [5, -5, 1 << 40] {
      #expect(
        error(line(process, "invoke") + line(process, "info") + line(process, type))
          == JepsenError(line: 3, .retired(process: Int64(process))))
    }
  }

  @Test func theNemesisDoesWhatItLikes() {
    let nemesis = "{:process :nemesis :type :info :f :start :value nil}\n"
    #expect(error(nemesis + nemesis + line(0, "invoke") + nemesis + line(0, "ok")) == nil)
  }

  @Test func aDrainMayWriteItsDequeuesDown() throws {
    let text =
      line(0, "invoke", "drain") + line(0, "invoke", "dequeue")
      + line(0, "ok", "dequeue", ":value 4") + line(0, "invoke", "dequeue")
      + line(0, "fail", "dequeue", ":value :exhausted")
      + line(0, "ok", "drain", ":value :exhausted") + line(0, "invoke", "dequeue")
    let history = try JepsenHistory(parsing: Array(text.utf8))
    #expect(history.partners == [5, 2, 1, 4, 3, 0, JepsenHistory.noPartner])
    let twice =
      line(0, "invoke", "drain") + line(0, "invoke", "dequeue") + line(0, "invoke", "dequeue")
    #expect(error(twice) == JepsenError(line: 3, .invokeWhileOpen(process: 0)))
    let doubt =
      line(0, "invoke", "drain") + line(0, "invoke", "dequeue") + line(0, "info", "dequeue")
      + line(0, "info", "drain") + line(0, "invoke", "drain")
    #expect(error(doubt) == JepsenError(line: 5, .retired(process: 0)))
  }

  @Test(arguments: ["7", "-7", "\"a\"", ":a", "a", "\\a", "99999999999999999999"])
  func whatMayBeEnqueued(value: String) {
    #expect(error(line(0, "invoke", "enqueue", ":value \(value)")) == nil)
  }

  @Test(
    arguments: [
      ("nil", "nil"), ("[1 2]", "a collection"), ("[1 2 3]", "a collection"), ("1.5", "1.5"),
      ("{:a 1}", "{:a 1}"), ("true", "true"), ("#{:a}", "#{:a}"), ("1/2", "1/2"), ("-1e5", "-1e5"),
    ])
  func whatMayNot(value: String, shown: String) {
    #expect(
      error("\n" + line(0, "invoke", "enqueue", ":value \(value)"))
        == JepsenError(line: 2, .enqueuedValue(shown)))
  }

  @Test func errorsReadWell() {
    #expect(
      error(line(3, "invoke") + line(3, "invoke"))?.description
        == "line 2: process 3 invokes something before it has ended what it invoked last")
    #expect(
      error("{:process 0 :type :ook}")?.description
        == "line 1: column 19: :type is not :invoke, :ok, :fail or :info")
  }
}
