using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Accounts;

/// <summary>The operators' REST endpoints: <c>/api/admin</c>.</summary>
internal static class OperatorsApi
{
    /// <summary>Registers what they and the mails need; Accounts starts without the other services.</summary>
    public static void AddOperators(this WebApplicationBuilder builder)
    {
        builder.AddGrpcClient<PaymentsService.PaymentsServiceClient>("payments");
        builder.AddGrpcClient<JobsService.JobsServiceClient>("jobs");
        builder.AddGrpcClient<StorageService.StorageServiceClient>("storage");
        builder.Services.AddScoped<OperatorActs>();
        builder.Services.AddValidatedOptions<OperatorOptions>("Operators");
        builder.Services.AddScoped<MoneyActs>();
        builder.Services.AddScoped<Approvals>();
        builder.Services.AddHostedService<ApprovalWorker>();
        builder.Services.AddScoped<DeadLetters>();
    }

    /// <summary>Maps them.</summary>
    public static void MapOperators(this WebApplication app)
    {
        var operators = app.MapGroup("/api/admin").RequireRole(Role.Support);
        operators.MapUsers();
        operators.MapUserPossessions();
        operators.MapJobActs();
        operators.MapEndpoints();
        operators.MapAudit();
        operators.MapUserActs();
        operators.MapJoinActs();
        operators.MapPaymentActs();
        operators.MapApprovals();
        operators.MapDisputes();
        operators.MapDeadLetters();
        operators.MapSuppressionActs();
        operators.MapProvisioning();
        operators.MapTickets();
        operators.MapWebhooks();
        operators.MapAlerts();
        operators.MapFigures();
    }
}
