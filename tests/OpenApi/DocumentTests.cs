using ReelBallers.TestKit;

namespace ReelBallers.OpenApi.Tests;

/// <summary>
/// The published document is what the services' endpoints and the files of <c>Gateway/openapi</c> make it.
/// <c>UPDATE_OPENAPI=true</c> writes it instead of comparing it.
/// </summary>
public sealed class DocumentTests
{
    private const string Command = "UPDATE_OPENAPI=true dotnet test --project tests/OpenApi --filter-class \"*.DocumentTests\"";

    private static readonly string CheckedIn = Path.Combine(Repository.Root, "Gateway", "wwwroot", "openapi", "v1.json");

    private static readonly Lazy<Task<MergedDocument>> Made = new(async () => DocumentMerge.Make(await Shapes.MakeAsync()));

    // What services write without a record, and what they read without one.
    private static readonly string[] Unshaped =
    [
        "AuditEntry/after", "AuditEntry/before", "GET /api/account/export 200", "POST /api/runpod/webhook/{job_id} body",
        "POST /api/webhook body", "POST /api/webhooks/resend body", "POST /api/webhooks/stripe body",
    ];

    [Fact]
    public async Task What_is_written_by_hand_neither_contradicts_nor_repeats_the_endpoints()
    {
        var made = await Made.Value;
        Assert.True(made.Found.Count == 0, string.Join("\n", made.Found));
    }

    [Fact]
    public async Task All_shapes_but_these_are_those_of_the_endpoints() =>
        Assert.Equal(Unshaped.Order(), (await Made.Value).Unshaped.Distinct().Order());

    [Fact]
    public async Task The_checked_in_document_is_the_one_that_is_made()
    {
        var made = DocumentText.Of((await Made.Value).Document);
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") == "true")
        {
            await File.WriteAllTextAsync(CheckedIn, made, TestContext.Current.CancellationToken);
            return;
        }
        var expected = made.Split('\n');
        var found = (await File.ReadAllTextAsync(CheckedIn, TestContext.Current.CancellationToken)).Split('\n');
        var line = Enumerable.Range(0, Math.Max(expected.Length, found.Length))
            .FirstOrDefault(line => expected.ElementAtOrDefault(line) != found.ElementAtOrDefault(line), -1);
        Assert.True(
            line < 0,
            $"Line {line + 1} of {CheckedIn} is\n{found.ElementAtOrDefault(line)}\nand would be\n{expected.ElementAtOrDefault(line)}\n"
            + $"Write it anew: {Command}");
    }
}
