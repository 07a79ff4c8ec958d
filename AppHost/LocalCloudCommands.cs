using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.AppHost;

/// <summary>What the dashboard can do to the offline clouds: faults by script, and a payment without a browser.</summary>
internal static class LocalCloudCommands
{
    private const string SuccessfulCard = "4242424242424242";
    private const string Status = "status";
    private const string StatusAfterEffect = "status_after_effect";
    private const string Delay = "delay";
    private const string DelayAfterEffect = "delay_after_effect";
    private const string DelayWebhook = "delay_webhook";

    /// <summary>Adds them to the LocalCloud resource.</summary>
    public static IResourceBuilder<ProjectResource> WithCloudCommands(this IResourceBuilder<ProjectResource> cloud)
    {
        var (stripe, control) = (cloud.GetEndpoint("stripe"), cloud.GetEndpoint("control"));
        cloud.WithCommand("pay", "Pay the last open checkout", context => PayAsync(stripe, context.CancellationToken), new CommandOptions
        {
            Description = $"As a buyer with the card {SuccessfulCard} would.",
            IconName = "Payment",
            IsHighlighted = true,
        });
        cloud.WithCommand("add-fault", "Add a fault", context => AddFaultAsync(control, context), new CommandOptions
        {
            Description = "Makes the next calls, webhooks or jobs of a cloud go wrong.",
            IconName = "Bug",
            Arguments = FaultArguments,
        });
        return cloud.WithCommand("clear-faults", "Clear all faults", context => ClearFaultsAsync(control, context), new CommandOptions
        {
            IconName = "BroomSparkle",
        });
    }

    private static InteractionInput[] FaultArguments =>
    [
        Choice("cloud", "Cloud", "stripe", "runpod", "r2", "resend", "openid", "tradingview"),
        Choice("kind", "Kind",
            Status, StatusAfterEffect, "cut", "cut_after_effect", Delay, DelayAfterEffect,
            "drop_webhook", "double_webhook", DelayWebhook, "reorder_webhook",
            "crash_worker", "stall_worker", "out_of_memory", "forget_result", "no_output", "empty_output", "wrong_output",
            "late_progress", "wrong_nonce", "unverified_email", "expired_token", "claims_in_userinfo"),
        new InteractionInput
        {
            Name = "match", Label = "Match", InputType = InputType.Text, Required = false,
            Description = "A method and the start of a path (POST /v1/checkout/sessions), or of Stripe's webhooks a type "
                + "(checkout.session.completed); empty for all.",
        },
        new InteractionInput { Name = "times", Label = "Times", InputType = InputType.Number, Required = true, Value = "3" },
    ];

    private static InteractionInput Choice(string name, string label, params string[] options) => new()
    {
        Name = name,
        Label = label,
        InputType = InputType.Choice,
        Required = true,
        Value = options[0],
        Options = [.. options.Select(option => KeyValuePair.Create(option, option))],
    };

    private static async Task<ExecuteCommandResult> PayAsync(EndpointReference stripe, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(stripe.Url) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {LocalCloudDefaults.StripeSecretKey}");
        var sessions = await client.GetFromJsonAsync<JsonElement>("/v1/checkout/sessions?limit=100", cancellationToken);
        var open = sessions.GetProperty("data").EnumerateArray()
            .FirstOrDefault(session => session.GetProperty("status").GetString() == "open");
        if (open.ValueKind == JsonValueKind.Undefined)
        {
            return CommandResults.Failure("No checkout is open. Start one in the app: \"Buy credits\".");
        }
        using var card = new FormUrlEncodedContent([new("card_number", SuccessfulCard)]);
        using var answer = await client.PostAsync(new Uri(open.GetProperty("url").GetString()!), card, cancellationToken);
        var amount = (open.GetProperty("amount_total").GetInt64() / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        return answer.StatusCode == HttpStatusCode.SeeOther
            ? CommandResults.Success($"Paid {open.GetProperty("id").GetString()}: {amount} USD.")
            : CommandResults.Failure($"The checkout answered {(int)answer.StatusCode}.");
    }

    private static async Task<ExecuteCommandResult> AddFaultAsync(EndpointReference control, ExecuteCommandContext context)
    {
        var (arguments, cancellationToken) = (context.Arguments, context.CancellationToken);
        var kind = arguments["kind"].Value!;
        var fault = new Dictionary<string, object>
        {
            ["cloud"] = arguments["cloud"].Value!,
            ["kind"] = kind,
            ["match"] = arguments["match"].Value ?? "",
            ["times"] = arguments.GetInt32("times")!,
        };
        if (kind is Status or StatusAfterEffect)
        {
            fault["status"] = 503;
        }
        if (kind is Delay or DelayAfterEffect or DelayWebhook)
        {
            fault["delay_ms"] = 5_000;
        }
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri($"{control.Url}/faults"), fault, cancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.IsSuccessStatusCode
            ? CommandResults.Success($"{body.GetProperty("id").GetString()}: {kind}, the next {fault["times"]} times.")
            : CommandResults.Failure(body.GetProperty("detail").GetString() ?? $"LocalCloud answered {(int)answer.StatusCode}.");
    }

    private static async Task<ExecuteCommandResult> ClearFaultsAsync(EndpointReference control, ExecuteCommandContext context)
    {
        using var client = new HttpClient();
        using var answer = await client.DeleteAsync(new Uri($"{control.Url}/faults"), context.CancellationToken);
        return answer.IsSuccessStatusCode
            ? CommandResults.Success("No fault is left.")
            : CommandResults.Failure($"LocalCloud answered {(int)answer.StatusCode}.");
    }
}
