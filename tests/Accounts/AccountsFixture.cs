using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>The service with a database of its own, a clock that the test moves, and LocalCloud's Resend.</summary>
public partial class AccountsFixture : IAsyncLifetime
{
    /// <summary>The signing secret of Resend's webhook.</summary>
    public const string WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>The secret of links.</summary>
    public const string LinkKey = "a-link-key-of-the-tests-that-is-long-enough";

    /// <summary>The configured address of the first admin.</summary>
    public const string AdminEmail = "admin@example.com";

    private readonly HttpClient _control = new();
    private TestClouds? _clouds;
    private ServiceApp? _app;
    private TestDatabase? _database;

    public ServiceApp App => _app!;

    public TestDatabase Database => _database!;

    public ManualClock Clock { get; } = new();

    /// <summary>In place of the usual settings.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    /// <summary>Where the other services are. Nothing listens there.</summary>
    protected virtual Uri UrlOf(string service) => new("http://127.0.0.1:9");

    /// <summary>The clock of the service.</summary>
    protected virtual TimeProvider Time => Clock;

    public virtual async ValueTask InitializeAsync()
    {
        _clouds = await TestClouds.StartAsync();
        _control.BaseAddress = _clouds.Host.ControlUrl;
        _database = await TestDatabase.CreateAsync();
        _app = await StartAsync();
    }

    /// <summary>Another replica, with the same database and clock.</summary>
    public Task<ServiceApp> StartAsync() => ServiceApp.StartAsync(
        "Accounts",
        new Dictionary<string, string?>(new Dictionary<string, string?>
        {
            ["ConnectionStrings:accountsdb"] = Database.ConnectionString,
            ["App:Url"] = "https://app.example.com",
            ["SignIn:LinkKey"] = LinkKey,
            ["Webhooks:SecretKey"] = "a-webhook-key-of-the-tests-that-is-long-enough",
            ["Webhooks:AllowLoopback"] = "true",
            ["SignIn:ReturnOrigins"] = "https://front.example.com",
            ["SignIn:LinksPerClient"] = "6",
            // As deployments write it.
            ["ADMIN_EMAIL"] = $" {AdminEmail.ToUpperInvariant()} ",
            ["Mail:From"] = "ReelBallers <no-reply@example.com>",
            ["Mail:ResendApiKey"] = "re_local",
            ["Mail:ResendWebhookSecret"] = WebhookSecret,
            ["Mail:ResendUrl"] = _clouds!.Host.ResendUrl.ToString(),
            ["services:wallet:http:0"] = UrlOf("wallet").ToString(),
            ["services:payments:http:0"] = UrlOf("payments").ToString(),
            ["services:storage:http:0"] = UrlOf("storage").ToString(),
            ["services:jobs:http:0"] = UrlOf("jobs").ToString(),
        }.Where(setting => !Settings.ContainsKey(setting.Key)).Concat(Settings)),
        services =>
        {
            services.AddSingleton(Time);
            // Mails of alerts come when a test asks for them.
            services.Remove(services.Single(service => service.ImplementationType == typeof(AlertWorker)));
            Configure(services);
        });

    /// <summary>Adds services of the test's.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _control.Dispose();
        await _app!.DisposeAsync();
        await _clouds!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    public V1.AccountsService.AccountsServiceClient Rpc(bool withCredential = true) => new(App.Invoker(withCredential));

    /// <summary>Asks the services what needs an operator, if that is due, and tells the operators, if that is.</summary>
    public async Task AlertAsync(ServiceApp? replica = null)
    {
        using var worker = ActivatorUtilities.CreateInstance<AlertWorker>((replica ?? App).Services);
        await worker.RunRoundAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>An address that no other test uses.</summary>
    public static string NewEmail() => $"{Guid.NewGuid():N}@example.com";

    /// <summary>Makes an account without a sign-in.</summary>
    public async Task<Guid> CreateAccountAsync(string email)
    {
        var user = Guid.NewGuid();
        await Database.ExecuteAsync($"insert into accounts (user_id, email, created_at) values ('{user}', '{email}', now())");
        return user;
    }

    /// <summary>Puts mails into the outbox.</summary>
    internal async Task PutAsync(params NewMail[] mails)
    {
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MailOutbox>().AddAsync(mails, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for a link as the browser of this user.</summary>
    public async Task<HttpResponseMessage> AskAsync(
        Guid user, string? email, string? returnTo = null, string? client = null, ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/link")
        {
            Content = JsonContent.Create(new { email, return_to = returnTo }),
        };
        if (client is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, client);
        }
        return await (replica ?? App).CreateClient(user).SendAsync(request);
    }

    /// <summary>Asks for a link and gives the token in the mail that comes.</summary>
    public async Task<string> LinkAsync(Guid user, string email, string? returnTo = null)
    {
        var address = email.Trim().ToLowerInvariant();
        var before = (await MailsAsync(address)).Count;
        using var answer = await AskAsync(user, email, returnTo);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var mails = await Eventually.BecomesAsync(() => MailsAsync(address), mails => mails.Count == before + 1, "the mail arrives");
        return TokenIn(mails[^1].GetProperty("text").GetString()!);
    }

    /// <summary>The token of the link in a mail.</summary>
    public static string TokenIn(string text) => Token().Match(text).Groups[1].Value;

    /// <summary>Confirms a link as the browser of this user; null: one without a session.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> ConfirmAsync(
        Guid? user, string? token, bool confirmed = false, string? client = null, ServiceApp? replica = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/link/confirm")
        {
            Content = JsonContent.Create(new { token, confirmed }),
        };
        if (client is not null)
        {
            request.Headers.Add(CallerAddress.HeaderName, client);
        }
        using var answer = await (replica ?? App).CreateClient(user).SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Signs in as the browser of this user, and gives the user whom it is signed in to.</summary>
    public async Task<Guid> SignInAsync(Guid user, string email)
    {
        var (status, body) = await ConfirmAsync(user, await LinkAsync(user, email));
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("uid").GetGuid();
    }

    /// <summary>The mails to an address, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> MailsAsync(string email) =>
        [.. (await _control.GetFromJsonAsync<JsonElement>("/mail")).GetProperty("mails").EnumerateArray()
            .Where(mail => mail.GetProperty("to")[0].GetString() == email)];

    /// <summary>Makes Resend fail.</summary>
    public async Task FaultAsync(string kind, int times, int? status = null, int? retryAfterSeconds = null)
    {
        var fault = new Dictionary<string, object> { ["cloud"] = "resend", ["match"] = "POST /emails", ["kind"] = kind, ["times"] = times };
        if (status is { } value)
        {
            fault["status"] = value;
        }
        if (retryAfterSeconds is { } seconds)
        {
            fault["retry_after_seconds"] = seconds;
        }
        using var answer = await _control.PostAsJsonAsync("/faults", fault);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>How often faults have struck.</summary>
    public async Task<int> StruckAsync() => (await _control.GetFromJsonAsync<JsonElement>("/faults")).GetProperty("faults").EnumerateArray()
        .Sum(fault => fault.GetProperty("struck").GetInt32());

    /// <summary>As <see cref="StruckAsync"/>; removes them.</summary>
    public async Task<int> EndFaultsAsync()
    {
        var struck = await StruckAsync();
        using var _ = await _control.DeleteAsync("/faults");
        return struck;
    }

    [GeneratedRegex(@"https://app\.example\.com/sign-in\.html#token=([A-Za-z0-9_-]{64})\s")]
    private static partial Regex Token();
}
