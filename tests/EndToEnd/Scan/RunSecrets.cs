using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The secrets that a run of the stack used, from where it keeps them. Signed links and tokens come from the answers that
/// gave them out.</summary>
internal static partial class RunSecrets
{
    private static readonly Secret[] LocalClouds =
    [
        new("the Stripe key", "sk_test_local"), new("the webhook secret", "whsec_local"), new("the RunPod key", "rp_local"),
        new("the Resend key", "re_local"), new("the R2 access key", "r2_local"), new("the R2 secret", "r2_local_secret"),
    ];

    public static async Task<IReadOnlyList<Secret>> ReadAsync(Stack stack, string dataDirectory)
    {
        var parameters = await File.ReadAllTextAsync(Path.Combine(dataDirectory, "parameters.json"));
        var generated = JsonSerializer.Deserialize<Dictionary<string, string>>(parameters)!;
        var passwords = Directory.GetFiles(dataDirectory, "password", SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file).Trim()).ToList();
        Assert.Contains("internal-credential", generated.Keys);
        Assert.NotEmpty(passwords);
        return
        [
            .. LocalClouds,
            .. generated.Select(parameter => new Secret($"the parameter {parameter.Key}", parameter.Value)),
            .. passwords.Select(password => new Secret("the database's password", password)),
            .. CallbackTokens(generated["runpod-callback-key"], stack.Evidence.Answers),
            .. await ClientSecretsAsync(stack.Stripe),
            .. await SignInTokensAsync(stack.Control),
        ];
    }

    public static string CallbackToken(string callbackKey, string jobId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(callbackKey), Encoding.ASCII.GetBytes(jobId)));

    private static IEnumerable<Secret> CallbackTokens(string callbackKey, IEnumerable<RecordedAnswer> answers) => answers
        .SelectMany(answer => JobId().Matches(answer.Body)).Select(match => match.Groups[1].Value).Distinct()
        .Select(job => new Secret("a RunPod callback token", CallbackToken(callbackKey, job)));

    private static async Task<List<Secret>> ClientSecretsAsync(Uri stripe)
    {
        using var client = new HttpClient { BaseAddress = stripe, DefaultRequestHeaders = { { "Authorization", "Bearer sk_test_local" } } };
        var secrets = new List<Secret>();
        var cursor = "";
        while (true)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/v1/payment_intents?limit=100{cursor}");
            var intents = page.GetProperty("data").EnumerateArray().ToList();
            secrets.AddRange(intents.Select(intent => new Secret("a payment's client secret",
                intent.GetProperty("client_secret").GetString()!)));
            if (!page.GetProperty("has_more").GetBoolean())
            {
                return secrets;
            }
            cursor = $"&starting_after={intents[^1].GetProperty("id").GetString()}";
        }
    }

    private static async Task<IEnumerable<Secret>> SignInTokensAsync(Uri control)
    {
        using var client = new HttpClient();
        var mails = await client.GetStringAsync(new Uri(control, "/mail"));
        return SignInToken().Matches(mails).Select(match => match.Groups[1].Value).Distinct()
            .Select(token => new Secret("a sign-in token", token));
    }

    [GeneratedRegex("#token=([A-Za-z0-9_-]{64})")]
    private static partial Regex SignInToken();

    [GeneratedRegex("\"job_id\": ?\"([0-9a-f-]{36})\"")]
    private static partial Regex JobId();
}
