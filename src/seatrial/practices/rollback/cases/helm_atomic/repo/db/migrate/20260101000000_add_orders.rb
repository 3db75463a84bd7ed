class AddOrders < ActiveRecord::Migration[8.0]
end
