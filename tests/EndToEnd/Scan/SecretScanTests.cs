namespace ReelBallers.EndToEnd.Tests;

/// <summary>Runs after all other collections have ended: what they saw and what the stack logged is looked through.</summary>
[Collection(nameof(AfterTheRun))]
public sealed class SecretScanTests
{
    private static readonly string[] Processes = ["gateway", "wallet", "payments", "jobs", "storage", "accounts", "localcloud"];

    [Fact]
    public async Task No_answer_and_no_log_line_of_the_run_holds_a_secret()
    {
        if (Stack.LastRun is null)
        {
            await RunAloneAsync();
        }
        var run = Stack.LastRun!;
        Assert.True(run.Secrets.Count > 10, $"Only {run.Secrets.Count} secrets are known.");
        Assert.NotEmpty(run.Answers);
        Assert.All(Processes, name => Assert.Contains(run.LogLines, line => line.StartsWith($"{name} ", StringComparison.Ordinal)));

        var seen = SecretScan.Findings([.. run.Secrets, .. run.Planted], run.Answers, run.LogLines);
        var counted = seen.CountBy(one => one).OrderByDescending(one => one.Value).Take(100).Select(one => $"{one.Value} × {one.Key}");
        Assert.True(seen.Count == 0, $"{seen.Count} times a secret was seen:\n{string.Join('\n', counted)}");
    }

    [Fact]
    public void The_scan_sees_a_secret_in_an_answer_that_does_not_give_it_out()
    {
        var secret = new Secret("the key", "0123456789abcdef");
        RecordedAnswer[] answers =
        [
            new("GET", "/api/packs", "200 OK\nX-Debug: 0123456789abcdef\n", "{}"),
            new("GET", "/api/wallet", "200 OK\n", """{"balance_cents":0}"""),
        ];
        Assert.Equal(["the key in the answer to GET /api/packs"], SecretScan.Findings([secret], answers, []));
    }

    [Fact]
    public void The_scan_sees_a_token_and_a_signed_link_everywhere_but_where_they_are_given_out()
    {
        const string Token = "dG9rZW4tb2YtYS11c2VyLTEyMzQ1Njc4";
        const string Link = "https://r2/x?X-Amz-Signature=0123456789abcdef0123456789abcdef";
        RecordedAnswer[] answers =
        [
            new("POST", "/api/session", $"201 Created\nSet-Cookie: uid={Token}; path=/\n", $$"""{"uid":"u","token":"{{Token}}"}"""),
            new("GET", "/api/download/1", "200 OK\n", $$"""{"url":"{{Link}}"}"""),
            new("GET", "/api/me", "200 OK\n", $$"""{"uid":"u","token":"{{Token}}"}"""),
            new("POST", "/api/session", "200 OK\n", $$"""{"uid":"u","token":"{{Token}}","again":"{{Token}}"}"""),
        ];
        string[] lines = ["gateway | fine", $"jobs | signed with 0123456789abcdef0123456789abcdef",
            $"jobs | https://r2/y?X-Amz-Signature=ffffffffffffffffffff"];
        Assert.Equal(
            [
                "token in the answer to GET /api/me", "token in the answer to POST /api/session",
                "the signature of url in the log line: jobs | signed with …",
                "a signed link in the log line: jobs | https://r2/y?X-Amz-Signature=…",
            ],
            SecretScan.Findings([], answers, lines).Select(seen => seen.Replace("header", "token", StringComparison.Ordinal)));
    }

    /// <summary>When no other test has started a stack: one, with a little of everything that makes secrets.</summary>
    private static async Task RunAloneAsync()
    {
        var stack = new Stack();
        await stack.InitializeAsync();
        using (var user = await User.ArriveAsync(stack))
        {
            await user.TopupAsync(500);
            var job = await user.ExportAsync(await user.UploadClipAsync(320, 180, seconds: 1));
            await user.EndedAsync(job);
            using var result = await user.DownloadAsync(job);
        }
        await stack.DisposeAsync();
    }
}

/// <summary>Not parallel: such collections run when all others have ended.</summary>
[CollectionDefinition(nameof(AfterTheRun), DisableParallelization = true)]
public sealed class AfterTheRun;
