using System.Net;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>Accounts with the system's clock, a real Wallet, and stand-ins of Payments and Jobs that stream what a test adds.</summary>
public sealed class FeedFixture : AccountsFixture
{
    /// <summary>Below which a balance is low.</summary>
    public const long Threshold = 100;

    private TestDatabase? _walletDatabase;
    private ServiceApp? _wallet;
    private WebApplication? _sources;
    private TcpGate? _gate;

    public EventSource<PaymentEvent> Payments { get; } = new(one => one.Sequence);

    public EventSource<EndedJob> Jobs { get; } = new(one => one.Sequence);

    public WalletService.WalletServiceClient Wallet { get; private set; } = null!;

    /// <summary>Between Accounts and the stand-ins.</summary>
    public TcpGate Gate => _gate!;

    public CollectedLogs Logs { get; } = new();

    public CommitFault Commits { get; } = new();

    protected override Uri UrlOf(string service) => service == "wallet" ? _wallet!.Address : Gate.Address;

    protected override TimeProvider Time => TimeProvider.System;

    public override async ValueTask InitializeAsync()
    {
        _walletDatabase = await TestDatabase.CreateAsync();
        _wallet = await ServiceApp.StartAsync("Wallet", [new("ConnectionStrings:walletdb", _walletDatabase.ConnectionString)]);
        Wallet = new WalletService.WalletServiceClient(_wallet.Invoker());
        _sources = await StartSourcesAsync();
        _gate = TcpGate.Open(new Uri(_sources.Urls.Single()));
        Settings["LowBalance:ThresholdCents"] = $"{Threshold}";
        Settings["LowBalance:DelaySeconds"] = "0";
        await base.InitializeAsync();
        await Eventually.IsTrueAsync(
            async () => await Database.ScalarAsync<long>("select count(*) from feed_cursors where lease_id is not null") == 3,
            "all feeds are read");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Logs.Dispose();
        await _gate!.DisposeAsync();
        await _sources!.DisposeAsync();
        await _wallet!.DisposeAsync();
        await _walletDatabase!.DisposeAsync();
    }

    protected override void Configure(IServiceCollection services)
    {
        Logs.Register(services);
        services.ConfigureDbContext<AccountsDbContext>(options => options.AddInterceptors(Commits));
    }

    /// <summary>An account that was there before; its address.</summary>
    public async Task<(Guid User, string Email)> PersonAsync()
    {
        var email = NewEmail();
        var user = await CreateAccountAsync(email);
        await Database.ExecuteAsync($"update accounts set created_at = now() - interval '1 day' where user_id = '{user}'");
        return (user, email);
    }

    /// <summary>A payment event of a user, now unless another time is given.</summary>
    public static Func<long, PaymentEvent> Payment(
        Guid user, PaymentEventType type = PaymentEventType.Credited, string reference = "", string session = "cs_test_1",
        DateTimeOffset? at = null, string userId = "", long credits = 1500, params string[] access) => sequence => new PaymentEvent
        {
            Sequence = sequence,
            Type = type,
            UserId = userId.Length > 0 ? userId : user.ToString(),
            SessionId = session,
            PaymentIntentId = $"pi_{sequence}",
            Reference = reference,
            AmountCents = 1234,
            Currency = "usd",
            Credits = credits,
            PackId = access.Length == 0 ? "" : "pro",
            AccessNames = { access },
            ReceiptUrl = type == PaymentEventType.Credited ? "https://pay.stripe.com/receipts/r?a=1&b=2" : "",
            CreatedAt = (at ?? TimeProvider.System.GetUtcNow()).ToTimestamp(),
        };

    /// <summary>A job of a user that has ended now.</summary>
    public static Func<long, EndedJob> Job(
        Guid user, JobStatus status = JobStatus.Completed, string error = "", Guid? job = null) => sequence => new EndedJob
        {
            Sequence = sequence,
            JobId = $"{job ?? Guid.NewGuid()}",
            UserId = user.ToString(),
            Type = "upscale",
            Status = status,
            CostCents = 40,
            RefundedCents = status == JobStatus.Completed ? 10 : 40,
            Error = error,
            EndedAt = TimeProvider.System.GetUtcNow().ToTimestamp(),
        };

    /// <summary>Waits until an address has got that many mails, and gives them.</summary>
    public Task<IReadOnlyList<JsonElement>> GotAsync(string email, int count = 1) =>
        Eventually.BecomesAsync(() => MailsAsync(email), mails => mails.Count >= count, $"{count} mails arrive");

    /// <summary>Waits until what was added before is handled: a later event of another person has caused a mail.</summary>
    public async Task HandledAsync()
    {
        var (user, email) = await PersonAsync();
        Payments.Add(Payment(user));
        Jobs.Add(Job(user));
        await GotAsync(email, 2);
    }

    private async Task<WebApplication> StartSourcesAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Payments).AddSingleton(Jobs);
        var app = builder.Build();
        app.MapGrpcService<PaymentEventsStandIn>();
        app.MapGrpcService<EndedJobsStandIn>();
        await app.StartAsync();
        return app;
    }
}
