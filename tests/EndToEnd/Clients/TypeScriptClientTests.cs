using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The TypeScript client: generated from the document, compiled, and used.</summary>
[Collection(nameof(Stack))]
public sealed class TypeScriptClientTests(Stack stack)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "typescript-client");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_client_is_generated_from_the_served_document_compiles_and_makes_a_journey()
    {
        await Npm.InstallAsync(Folder);
        using var client = new HttpClient();
        await File.WriteAllTextAsync(Path.Combine(Folder, "v1.json"), await client.GetStringAsync(new Uri(stack.Url, "/openapi/v1.json")));
        await Npm.RunAsync(Folder, "npm", ["exec", "--", "openapi-typescript", "v1.json", "--output", "generated.ts"]);
        var checkedIn = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "clients", "typescript", "src", "schema.ts"));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, "generated.ts")), checkedIn);

        await Npm.RunAsync(Folder, "npm", ["run", "--silent", "build"]);
        var output = await Npm.RunAsync(Folder, "node", [Path.Combine("dist", "journey.js"), stack.Url.GetLeftPart(UriPartial.Authority)]);

        using var journey = JsonDocument.Parse(output);
        Assert.Equal(
            """
            {"is_same_user":true,"checkouts":1,"paid":303,"balance":500,"status":"paid","new_balance":380,
            "entries":["debit -120","topup 500"],"closed":204,"codes":["insufficient_funds","job_not_found","not_authenticated"]}
            """.ReplaceLineEndings(""),
            journey.RootElement.GetRawText());
    }
}
