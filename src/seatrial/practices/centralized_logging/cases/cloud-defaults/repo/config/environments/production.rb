Rails.application.configure do
  config.log_level = :info
  config.log_formatter = ::Logger::Formatter.new
  # config.log_formatter = JsonFormatter.new
end
