import Testing

@testable import Operations

/// What Jepsen and Knossos write, and what people write by hand.
@Suite struct JepsenReadingTests {
  private func read(_ text: String) throws -> [JepsenOperation] {
    try JepsenHistory(parsing: Array(text.utf8)).operations
  }

  private static let write = [
    JepsenOperation(process: .client(0), type: .invoke, function: .write, value: .integer(3)),
    JepsenOperation(process: .client(0), type: .ok, function: .write, value: .integer(3)),
  ]

  @Test(arguments: [
    """
    {:process 0, :type :invoke, :f :write, :value 3}
    {:process 0, :type :ok, :f :write, :value 3}
    """,
    """
    ; a comment
    [{:process 0, :type :invoke, :f :write, :value 3}
     ; between
     {:process 0, :type :ok, :f :write, :value 3}]
    """,
    "({:type :invoke :value 3 :f :write :process 0}\n{:type :ok :value 3 :f :write :process 0})\n",
    """
    #jepsen.history.Op{:process 0, :type :invoke, :f :write, :value 3}
    #jepsen.history.Op {:process 0, :type :ok, :f :write, :value 3}
    """,
    "{:process 0,:type,,:invoke\t:f :write\r\n:value 3N}{:f :write :value 3 :process 0 :type :ok};",
    """
    #_ {:not "one"} {:process 0 #_#_ :f :read :type :invoke :f :write :value 3
     :clock-offsets {"n1" 1.5e3 "n2" -0.25M}, "a key" #{:a \\b \\newline \\( }, nested [[(1/2)]],
     :nan ##NaN, :at #inst "2020-01-01" :object #object[java.lang.Object 0x1 "x"]
     :index nil :time nil}
    #_[{:process 0}]
    {:process 0 :type :ok :f :write :value 3}
    """,
  ])
  func theSameHistoryInManyForms(text: String) throws {
    #expect(try read(text) == Self.write)
  }

  @Test func aLineOfJepsenIsReadWhole() throws {
    let operations = try read(
      """
      {:type :invoke, :f :dequeue, :value nil, :process 12, :time 71209, :index 0}
      {:type :ok, :f :dequeue, :value 44, :process 12, :time 90211, :index 1, :redelivered true}
      {:type :info, :f :kill, :value {"n1" :killed}, :process :nemesis, :time 90300, :index 2}
      """)
    #expect(
      operations == [
        JepsenOperation(
          index: 0, time: 71_209, process: .client(12), type: .invoke, function: .dequeue),
        JepsenOperation(
          index: 1, time: 90_211, process: .client(12), type: .ok, function: .dequeue,
          value: .integer(44), redelivered: true),
        JepsenOperation(
          index: 2, time: 90_300, process: .nemesis, type: .info, function: .other, name: "kill",
          value: .text("{\"n1\" :killed}")),
      ])
    #expect(operations[2].functionName == "kill")
    #expect(operations[0].redelivered == nil)
  }

  @Test(
    arguments: [
      ("nil", .none), ("-7", .integer(-7)), ("0", .integer(0)), ("12N", .integer(12)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .text("9223372036854775808")), ("1.5", .text("1.5")),
      ("[2 3]", .pair(2, 3)), ("[2]", .list([2])), ("[2, 3 4]", .list([2, 3, 4])),
      ("#{1 2 3}", .list([1, 2, 3])), ("(1 2 3)", .list([1, 2, 3])), ("[]", .list([])),
      ("[1 nil]", .text("[1 nil]")), (":timeout", .text(":timeout")),
      ("\"a \\\" b\"", .text("\"a \\\" b\"")), ("nothing", .text("nothing")),
      ("{:a [1 {:b 2}]}", .text("{:a [1 {:b 2}]}")), ("#x/y [1]", .text("#x/y [1]")),
      ("\\a", .text("\\a")), ("+5", .integer(5)), ("true", .text("true")),
      ("-", .text("-")), (":ü", .text(":ü")),
    ] as [(String, JepsenValue)])
  func values(text: String, value: JepsenValue) throws {
    let operations = try read("{:process 0 :type :invoke :f :cas :value \(text)}")
    #expect(operations[0].value == value)
  }

  @Test func onlyACasHasAPair() throws {
    let operations = try read("{:process 0 :type :invoke :f :drain :value [2 3]}")
    #expect(operations[0].value == .list([2, 3]))
  }

  @Test(arguments: JepsenFunction.named)
  func functionsHaveNames(function: JepsenFunction) throws {
    let name = try #require(function.name)
    let operations = try read("{:process 0 :type :invoke :f :\(name) :value 1}")
    #expect(operations[0].function == function && operations[0].functionName == name)
    let longer = try read("{:process 0 :type :invoke :f :\(name)s :value 1}")
    #expect(longer[0].function == .other && longer[0].functionName == "\(name)s")
  }

  @Test func errorsAreKept() throws {
    let operations = try read(
      """
      {:process 0 :type :invoke :f :enqueue :value 1}
      {:process 0 :type :info :f :enqueue :value 1 :error [:timeout "5 s"] :exception {:via []}}
      """)
    #expect(operations[1].error == "[:timeout \"5 s\"]")
  }

  @Test func nothingIsAHistoryOfNothing() throws {
    for text in ["", "\n", "[]", "()", " ; no operation\n", "#_{} []"] {
      #expect(try read(text) == [])
    }
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4_000])
  func chunksMayEndAnywhere(size: Int) throws {
    var text = "[; start\n"
    for number in 0..<200 {
      text += "#op{:index \(number * 2) :process \(number % 7) :type :invoke :f :enqueue "
      text += ":value \"ü\(number)\" :time \(number * 1_000_000_007)} ;é\n #_ {:x #{\(number)}}"
      text += "{:index \(number * 2 + 1) :process \(number % 7) :type :ok :f :enqueue "
      text += ":value [\(number) \"\n\"] :error :ab\\newline} , "
        .replacing("\\newline", with: "")
    }
    let bytes = Array((text + "]\n").utf8)
    let whole = try JepsenHistory(parsing: bytes)
    #expect(whole.operations.count == 400)
    var parts = JepsenParts()
    for start in stride(from: 0, to: bytes.count, by: size) {
      try parts.receive(Array(bytes[start..<min(bytes.count, start + size)]))
    }
    let history = try parts.finish()
    #expect(history.operations == whole.operations)
    #expect(history.lines == whole.lines)
  }

  @Test func operationsAreSmall() {
    #expect(MemoryLayout<JepsenOperation>.stride == 48)
  }
}
