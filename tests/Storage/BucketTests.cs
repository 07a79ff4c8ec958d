using System.Net;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Operations.V1;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>The bucket is checked and set up at the start; one that is missing is an outage and never a missing file.</summary>
public sealed class BucketTests : IAsyncLifetime
{
    private const string Origin = "https://app.example";
    private readonly StorageFixture _storage = new();
    private readonly CollectedLogs _logs = new();
    private readonly Guid _user = Guid.NewGuid();

    public async ValueTask InitializeAsync()
    {
        await _storage.InitializeAsync();
        await Eventually.IsTrueAsync(
            async () => (await RulesAsync()).Any(rule => rule.Id == "reelballers-expiry"), "the first setup is over");
        await _storage.S3.DeleteLifecycleConfigurationAsync(StorageFixture.Bucket);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task The_rules_are_set_at_the_start_beside_those_of_the_operator()
    {
        var other = new LifecycleRule
        {
            Id = "of-the-operator",
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "backup/" } },
            Expiration = new LifecycleRuleExpiration { Days = 90 },
        };
        await _storage.S3.PutLifecycleConfigurationAsync(StorageFixture.Bucket, new LifecycleConfiguration { Rules = [other] });
        await using var app = await StartAsync();
        await Eventually.IsTrueAsync(async () => (await RulesAsync()).Count == 2, "both rules are there");
        var rule = (await RulesAsync()).Single(rule => rule.Id == "reelballers-expiry");
        Assert.Equal((10, 2), (rule.Expiration.Days, rule.AbortIncompleteMultipartUpload.DaysAfterInitiation));

        var cors = (await _storage.S3.GetCORSConfigurationAsync(StorageFixture.Bucket)).Configuration.Rules.Single();
        Assert.Equal([Origin], cors.AllowedOrigins);
        Assert.Equal((HttpStatusCode.NoContent, Origin), await PreflightAsync(Origin));
        Assert.Equal((HttpStatusCode.Forbidden, null), await PreflightAsync("https://other.example"));

        await app.Services.GetRequiredService<BucketSetup>().SetUpAsync(CancellationToken.None);
        Assert.Equal(2, (await RulesAsync()).Count);
    }

    [Fact]
    public async Task Without_the_right_the_log_has_the_commands()
    {
        await using (await _storage.FaultAsync($"PUT /{StorageFixture.Bucket}", "status", status: 403))
        {
            await using var app = await StartAsync();
            await Eventually.IsTrueAsync(() => Task.FromResult(Commands().Count >= 2), "both commands are logged");
            var commands = Commands();
            Assert.Equal(["put-bucket-cors", "put-bucket-lifecycle-configuration"], commands.Select(command => command.Split(' ')[2]));
            Assert.All(commands, command => Assert.Contains($"--bucket {StorageFixture.Bucket} ", command, StringComparison.Ordinal));
            var values = commands.Select(command => JsonDocument.Parse(command.Split('\'')[1]).RootElement).ToList();
            Assert.Equal(Origin, values[0].GetProperty("CORSRules")[0].GetProperty("AllowedOrigins")[0].GetString());
            Assert.Equal(10, values[1].GetProperty("Rules")[0].GetProperty("Expiration").GetProperty("Days").GetInt32());
            Assert.DoesNotContain(_logs.Lines, line => line.Contains("r2_local_secret", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_missing_bucket_is_an_outage_with_its_own_alert_and_never_a_missing_file()
    {
        var upload = await _storage.StartAsync(_user, 2000);
        var key = upload.GetProperty("key").GetString()!;
        await _storage.PutAsync(upload, StorageFixture.Bytes(2000));
        Assert.Equal(HttpStatusCode.OK, (await _storage.CompleteAsync(_user, key)).Status);
        var open = (await _storage.StartAsync(_user, 2000)).GetProperty("key").GetString()!;

        await using var app = await StartAsync("another-bucket");
        using var metrics = new RecordedMetrics(app.Services);
        var (user, job) = ($"{_user}", $"{Guid.NewGuid()}");
        var rpc = new V1.StorageService.StorageServiceClient(app.Invoker());
        var unavailable = (StatusCode.Unavailable, "storage_unavailable");
        Assert.Equal(unavailable, await JobFileTests.Refused(async () => await rpc.ReadOutputAsync(
            new ReadOutputRequest { UserId = user, JobId = job, Run = 1 })));
        Assert.Equal(unavailable, await JobFileTests.Refused(async () => await rpc.SignWorkAsync(
            new SignWorkRequest { UserId = user, JobId = job, SourceKey = key, LifetimeSeconds = 60, Run = 1 })));
        using var client = app.CreateClient(_user);
        using var content = System.Net.Http.Json.JsonContent.Create(new { key = open });
        using var response = await client.PostAsync("/api/uploads/complete", content);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        Assert.Contains(_logs.Lines, line => line.Contains("The bucket another-bucket does not exist", StringComparison.Ordinal));
        Assert.True(metrics.Of("storage.r2.failures", ("reason", "bucket_missing")).Count >= 3);
        Assert.Equal(1, await _storage.Database.ScalarAsync<long>("select count(*) from uploads where completed_at is not null"));
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_used_is_told_to_operators_and_an_outage_is_not_known_to_be_one()
    {
        Assert.Null(await _storage.App.ConditionAsync(ConditionKinds.BucketUnusable, "bucket"));
        await using (var app = await StartAsync("another-bucket"))
        {
            Assert.Equal(
                "Nothing can be uploaded, run or downloaded: the bucket another-bucket does not exist.",
                await app.ConditionAsync(ConditionKinds.BucketUnusable, "bucket"));
        }
        await using (var app = await _storage.StartAsync(secret: "another", configure: _logs.Register))
        {
            Assert.Equal(
                "Nothing can be uploaded, run or downloaded: R2 rejects our key.",
                await app.ConditionAsync(ConditionKinds.BucketUnusable, "bucket"));
        }
        await using (await _storage.FaultAsync($"HEAD /{StorageFixture.Bucket}", "status", status: 500))
        {
            var unknown = await Assert.ThrowsAsync<RpcException>(() => _storage.App.ConditionsAsync());
            Assert.Equal(StatusCode.Unavailable, unknown.StatusCode);
        }
    }

    [Fact]
    public async Task The_setup_is_repeated_until_the_bucket_is_reached()
    {
        var clock = new ManualClock();
        await using (await _storage.FaultAsync($"HEAD /{StorageFixture.Bucket}", "status", status: 500))
        {
            await using var app = await StartAsync(clock: clock);
            await Eventually.IsTrueAsync(
                () => Task.FromResult(_logs.Lines.Any(line => line.Contains("HeadBucket failed", StringComparison.Ordinal))), "it failed");
            using (var removed = await _storage.Browser.DeleteAsync(_storage.FaultsUrl))
            {
                Assert.True(removed.IsSuccessStatusCode);
            }

            await Eventually.IsTrueAsync(
                async () =>
                {
                    clock.Advance(TimeSpan.FromMinutes(1));
                    return (await RulesAsync()).Any(rule => rule.Id == "reelballers-expiry");
                },
                "the rule is set");
        }
    }

    private Task<ServiceApp> StartAsync(string bucket = StorageFixture.Bucket, TimeProvider? clock = null) => _storage.StartAsync(
        clock: clock, configure: _logs.Register, settings: [("R2:Bucket", bucket), ("R2:AllowedOrigins", Origin)]);

    private List<string> Commands() => [.. _logs.Lines.Where(line => line.Contains("aws s3api ", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf("aws s3api ", StringComparison.Ordinal)..])];

    private async Task<IReadOnlyList<LifecycleRule>> RulesAsync()
    {
        try
        {
            return (await _storage.S3.GetLifecycleConfigurationAsync(StorageFixture.Bucket)).Configuration?.Rules ?? [];
        }
        catch (AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchLifecycleConfiguration")
        {
            return [];
        }
    }

    private async Task<(HttpStatusCode Status, string? Origin)> PreflightAsync(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(_storage.R2Url, $"/{StorageFixture.Bucket}/x"))
        {
            Headers =
            {
                { "Origin", origin },
                { "Access-Control-Request-Method", "PUT" },
                { "Access-Control-Request-Headers", "content-type, if-none-match" },
            },
        };
        using var response = await _storage.Browser.SendAsync(request);
        var isAllowed = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed);
        return (response.StatusCode, isAllowed ? allowed!.Single() : null);
    }
}
